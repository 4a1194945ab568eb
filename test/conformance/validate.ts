/**
 * Says what is wrong with the form of a program before it runs: an unknown statement, a missing field, a field of
 * the wrong kind. Whether a name is bound to the right object shows in the run. The language uses a field's name
 * for one kind of thing only, so one table of fields serves all statements; fields it does not know are passed over.
 */
import type { Declaration, ExceptionName, Statement, Condition as Test } from './ir.ts';

/** The operations, each with the fields it cannot do without. */
const STATEMENTS: Record<Statement['op'], string[]> = {
  log: ['text'],
  block: ['d'],
  raise: ['exc'],
  reraise: [],
  return: [],
  break: [],
  set: ['var', 'value'],
  inc: ['var'],
  new: ['name', 'decl'],
  spawn: ['name'],
  tg_spawn: ['tg', 'name'],
  let: ['name', 'expr'],
  cancel: ['ref'],
  uncancel: ['ref'],
  state: ['ref'],
  set_result: ['ref'],
  set_exception: ['ref', 'exc'],
  result: ['ref'],
  exception: ['ref'],
  add_done_callback: ['ref', 'id'],
  remove_done_callback: ['ref', 'id'],
  call_soon: ['body'],
  call_later: ['d', 'body'],
  call_at: ['when', 'body'],
  handle_cancel: ['ref'],
  release: ['ref'],
  notify: ['ref'],
  notify_all: ['ref'],
  event_set: ['ref'],
  event_clear: ['ref'],
  put_nowait: ['ref', 'value'],
  get_nowait: ['ref'],
  task_done: ['ref'],
  shutdown: ['ref'],
  reschedule: ['ref'],
  if: ['cond', 'then'],
  repeat: ['n', 'body'],
  try: ['body'],
  with: ['ref', 'body'],
  taskgroup: ['name', 'body'],
  timeout: ['name', 'delay', 'body'],
  timeout_at: ['name', 'when', 'body'],
  as_completed: ['items'],
  await: ['ref'],
  coro: ['name', 'body'],
  sleep: ['d'],
  gather: ['items'],
  shield: ['expr'],
  wait: ['items'],
  wait_for: ['expr'],
  acquire: ['ref'],
  event_wait: ['ref'],
  cond_wait: ['ref'],
  cond_wait_for: ['ref', 'cond'],
  barrier_wait: ['ref'],
  barrier_reset: ['ref'],
  barrier_abort: ['ref'],
  put: ['ref', 'value'],
  get: ['ref'],
  join: ['ref'],
};

/** The objects that can be declared, each with the fields it cannot do without. */
const DECLARATIONS: Record<Declaration['type'], string[]> = {
  lock: [],
  event: [],
  future: [],
  semaphore: [],
  bounded_semaphore: [],
  condition: [],
  barrier: ['parties'],
  queue: [],
  lifo_queue: [],
  priority_queue: [],
  var: ['value'],
};

const TESTS: Test['is'][] = [
  'done',
  'cancelled',
  'cancelling',
  'locked',
  'set',
  'empty',
  'full',
  'expired',
  'broken',
  'bound',
  'ge',
  'eq',
];

const EXCEPTIONS: ExceptionName[] = [
  'BaseException',
  'Exception',
  'CancelledError',
  'TimeoutError',
  'InvalidStateError',
  'ValueError',
  'TypeError',
  'KeyError',
  'RuntimeError',
  'AppError',
  'AppBase',
  'ExceptionGroup',
  'BaseExceptionGroup',
  'QueueEmpty',
  'QueueFull',
  'QueueShutDown',
  'BrokenBarrierError',
];

/** What is wrong with a value found at a path, or undefined. */
type Check = (value: unknown, path: string) => string | undefined;

const string = expect('a string', (value) => typeof value === 'string');
const number = expect('a number', (value) => typeof value === 'number');
const time = expect('a number or null', (value) => value === null || typeof value === 'number');
const body = list(statement);

const FIELDS: Record<string, Check> = {
  text: string,
  ref: string,
  tg: string,
  name: string,
  var: string,
  id: string,
  as: string,
  lock: string,
  vars: list(string),
  n: number,
  by: number,
  parties: number,
  maxsize: number,
  d: expect('a number or "nan"', (value) => value === 'nan' || typeof value === 'number'),
  delay: time,
  when: time,
  timeout: time,
  body,
  // biome-ignore lint/suspicious/noThenProperty: a field of the language; this table is never awaited.
  then: body,
  else: body,
  finally: body,
  except: list((value, path) => record(value, path, ['types', 'body'])),
  types: list(oneOf(EXCEPTIONS)),
  exc: oneOf(EXCEPTIONS),
  subs: list((value, path) => record(value, path, ['exc'])),
  items: list(expression),
  expr: expression,
  cond: (value, path) => record(value, path, ['is', 'ref']),
  is: oneOf(TESTS),
  decl: declaration,
};

/** What is wrong with the program, with the path to the place, or undefined: `main[2].body: expected a list, …`. */
export function faultOf({ objects = {}, main }: { objects?: unknown; main?: unknown }): string | undefined {
  if (!isRecord(objects)) return `objects: expected a JSON object, not ${show(objects)}`;
  for (const [name, value] of Object.entries(objects)) {
    const fault = declaration(value, `objects.${name}`);
    if (fault) return fault;
  }
  return body(main, 'main');
}

function statement(value: unknown, path: string): string | undefined {
  return tagged(value, path, 'op', STATEMENTS);
}

function expression(value: unknown, path: string): string | undefined {
  return typeof value === 'string' ? undefined : statement(value, path);
}

function declaration(value: unknown, path: string): string | undefined {
  return tagged(value, path, 'type', DECLARATIONS);
}

/** An object one field of which says which others it needs. */
function tagged(value: unknown, path: string, tag: string, table: Record<string, string[]>) {
  if (!isRecord(value) || value[tag] === undefined) return record(value, path, [tag]);
  const name = value[tag];
  const required = typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
  return required ? record(value, path, required) : `${path}: unknown ${tag} ${show(name)}`;
}

function record(value: unknown, path: string, required: string[]): string | undefined {
  if (!isRecord(value)) return `${path}: expected a JSON object, not ${show(value)}`;
  const missing = required.find((field) => value[field] === undefined);
  if (missing !== undefined) return `${path}: no "${missing}" in ${show(value)}`;
  for (const [field, content] of Object.entries(value)) {
    // An optional field that is null counts as left out.
    const check = content === null && !required.includes(field) ? undefined : FIELDS[field];
    const fault = check?.(content, `${path}.${field}`);
    if (fault) return fault;
  }
  return undefined;
}

function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path}: expected a list, not ${show(value)}`;
    for (const [i, element] of value.entries()) {
      const fault = check(element, `${path}[${i}]`);
      if (fault) return fault;
    }
    return undefined;
  };
}

function oneOf(names: string[]): Check {
  return expect(`one of ${names.join(', ')}`, (value) => typeof value === 'string' && names.includes(value));
}

function expect(what: string, holds: (value: unknown) => boolean): Check {
  return (value, path) => (holds(value) ? undefined : `${path}: expected ${what}, not ${show(value)}`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
