/**
 * An interpreter of the conformance programs (ir.ts) on this library's public API.
 *
 * It is the one place where every feature is used the way a user would use it, and it must not get in the way: a
 * pass of the event loop that it cost would show in the log. So everything inside a coroutine is reached by
 * `yield*`, and the only suspensions are those of the library calls that the program names.
 *
 * Bodies of coroutines and of callbacks are run by the same generator; a callback's is driven to its end by hand
 * and refuses to suspend. Evaluating an expression makes the library call at once where that gives a Future
 * (`gather`, `shield`), and makes only a generator, of which nothing has run yet, where it gives a coroutine.
 */
import {
  allTasks,
  asCompleted,
  Barrier,
  BoundedSemaphore,
  blockingSleep,
  Condition,
  type Coroutine,
  createTask,
  currentTask,
  DeadlockError,
  Event,
  EventLoop,
  Future,
  gather,
  Handle,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  shield,
  sleep,
  Task,
  TaskGroup,
  Timeout,
  timeout,
  timeoutAt,
  wait,
  waitFor,
} from '../../src/index.ts';
import { createException, formatException, isException, isInstance } from './exceptions.ts';
import type {
  AwaitableForm,
  BlockStatement,
  Declaration,
  Expression,
  LogLine,
  Name,
  Outcome,
  Program,
  SimpleStatement,
  Statement,
  SyncBody,
  Condition as Test,
  Try,
  Value,
} from './ir.ts';
import { format, hasPriority, PriorityItem, settlement, stateOf, WaitResult } from './values.ts';

/** Runs one program on a fresh loop, its clock at 0, and gives the log of everything observable. */
export function runProgram(ir: Program): Outcome {
  return new Interpreter(ir).run();
}

/** How a body ended before its last statement; passes through the blocks around it as a normal exit. */
type Signal = { readonly kind: 'return'; readonly value: unknown } | { readonly kind: 'break' } | undefined;

/** What belongs to one running body: the exceptions whose handlers are running, the innermost last. */
interface Frame {
  readonly caught: unknown[];
}

/** A done callback of a program; the same function can be added and removed several times. */
class DoneCallback {
  readonly call: (future: Future<unknown>) => void;

  constructor(call: (future: Future<unknown>) => void) {
    this.call = call;
  }
}

/** The program itself is wrong: no statement of it may catch this. */
class InvalidProgram extends Error {}

/** What an expression gives. */
type AwaitableObject = Coroutine<unknown> | Future<unknown>;

type Constructor = abstract new (...args: never[]) => unknown;

class Interpreter {
  readonly program: Program;
  readonly loop: EventLoop;
  readonly log: LogLine[];
  /** Everything bound to a name, in the order of the first binding. */
  readonly names: Map<Name, unknown>;
  readonly labels: WeakMap<Task<unknown>, string>;
  /** Why the program is invalid, once that is known. */
  fault: string | undefined;
  over: boolean;

  constructor(program: Program) {
    this.program = program;
    this.loop = new EventLoop();
    this.log = [];
    this.names = new Map();
    this.labels = new WeakMap();
    this.fault = undefined;
    this.over = false;
  }

  // ---- the whole program -----------------------------------------------------------------------------------

  run(): Outcome {
    const outcome: Outcome = { log: this.log };
    this.loop.setExceptionHandler((_loop, { exception }) => {
      this.emit(`loop-error ${exception === undefined ? '?' : formatException(exception)}`);
    });
    try {
      for (const [name, declaration] of Object.entries(this.program.objects ?? {})) {
        this.names.set(name, this.create(declaration));
      }
      const main = this.loop.createTask(this.coroutine('main', this.program.main), { name: 'main' });
      this.bindTask('main', main);
      try {
        this.runToTheEnd(main);
      } catch (error) {
        if (!(error instanceof DeadlockError)) throw error;
        outcome.deadlock = allTasks(this.loop).map((task) => this.labelOf(task));
        this.emit(`deadlock ${outcome.deadlock.join(',')}`);
      }
      for (const [name, value] of this.names) {
        if (name !== 'main' && value instanceof Future) this.emit(`final ${name} ${settlement(value)}`);
      }
      // What closing the loop reports (never retrieved, still pending) CPython says at garbage collection.
      this.over = true;
      this.loop.close();
    } catch (error) {
      outcome.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    if (this.fault !== undefined) outcome.error = `invalid program: ${this.fault}`;
    return outcome;
  }

  /** What `asyncio.run` does: main, then one round of cancelling everything that is left. */
  runToTheEnd(main: Task<unknown>): void {
    try {
      this.emit(`main returned ${format(this.loop.runUntilComplete(main))}`);
    } catch (error) {
      if (!main.done()) throw error;
      this.emit(`main raised ${formatException(error)}`);
    }
    const leftOver = allTasks(this.loop);
    if (leftOver.length === 0) return;
    this.emit(`shutdown ${leftOver.length}`);
    for (const task of leftOver) task.cancel();
    this.loop.runUntilComplete(gather(leftOver, { returnExceptions: true }));
    for (const task of leftOver) {
      const exception = task.cancelled() ? null : task.exception();
      if (exception) this.emit(`loop-error ${formatException(exception)}`);
    }
  }

  emit(text: string): void {
    if (this.over) return;
    const task = this.current();
    this.log.push([this.loop.time(), task && this.labelOf(task), text]);
  }

  invalid(why: string): never {
    this.fault ??= why;
    this.loop.stop();
    throw new InvalidProgram(why);
  }

  // ---- names and values ------------------------------------------------------------------------------------

  current(): Task<unknown> | null {
    return this.loop.isRunning() ? currentTask() : null;
  }

  labelOf(task: Task<unknown>): string {
    return this.labels.get(task) ?? '?';
  }

  bindTask(name: Name, task: Task<unknown>): void {
    this.labels.set(task, name);
    this.names.set(name, task);
  }

  bind(name: Name | undefined, value: unknown): void {
    if (name !== undefined) this.names.set(name, value);
  }

  isBound(name: Name): boolean {
    return name === '@self' ? this.current() !== null : this.names.has(name);
  }

  lookUp(name: Name): unknown {
    if (!this.isBound(name)) this.invalid(`${name} is not bound`);
    return name === '@self' ? this.current() : this.names.get(name);
  }

  /** What the name is bound to, which must be of one of these classes. */
  get<C extends Constructor[]>(name: Name, ...classes: C): InstanceType<C[number]> {
    const value = this.lookUp(name);
    if (classes.some((type) => value instanceof type)) return value as InstanceType<C[number]>;
    return this.invalid(`${name} is not a ${classes.map((type) => type.name).join(' or a ')}`);
  }

  value(value: Value): unknown {
    if (Array.isArray(value)) return value.map((element) => this.value(element));
    if (value === null || typeof value !== 'object') return value;
    return 'var' in value ? this.lookUp(value.var) : new PriorityItem(value.p, value.v);
  }

  create(declaration: Declaration): unknown {
    switch (declaration.type) {
      case 'lock':
        return new Lock();
      case 'semaphore':
        return new Semaphore(declaration.value ?? 1);
      case 'bounded_semaphore':
        return new BoundedSemaphore(declaration.value ?? 1);
      case 'condition':
        return new Condition(
          declaration.lock === undefined ? {} : { lock: this.get(declaration.lock, Lock) },
        );
      case 'event':
        return new Event();
      case 'barrier':
        return new Barrier(declaration.parties);
      case 'queue':
        return new Queue(declaration.maxsize ?? 0);
      case 'lifo_queue':
        return new LifoQueue(declaration.maxsize ?? 0);
      case 'priority_queue':
        return new PriorityQueue(declaration.maxsize ?? 0, undefined, { less: hasPriority });
      case 'future':
        return this.loop.createFuture();
      case 'var':
        return this.value(declaration.value);
      default:
        return this.invalid(`unknown declaration ${JSON.stringify(declaration)}`);
    }
  }

  test(test: Test): boolean {
    return this.holds(test) !== (test.not ?? false);
  }

  holds({ is, ref, value }: Test): boolean {
    switch (is) {
      case 'bound':
        return this.isBound(ref);
      case 'done':
        return this.get(ref, Future).done();
      case 'cancelled':
        return this.get(ref, Future).cancelled();
      case 'cancelling':
        return this.get(ref, Task).cancelling() > 0;
      case 'locked':
        return this.get(ref, Lock, Semaphore, Condition).locked();
      case 'set':
        return this.get(ref, Event).isSet();
      case 'empty':
        return this.get(ref, Queue).empty();
      case 'full':
        return this.get(ref, Queue).full();
      case 'expired':
        return this.get(ref, Timeout).expired();
      case 'broken':
        return this.get(ref, Barrier).broken;
      case 'ge':
        return Number(this.lookUp(ref)) >= Number(value);
      case 'eq':
        return this.lookUp(ref) === value;
      default:
        return this.invalid(`unknown test ${JSON.stringify(is)}`);
    }
  }

  // ---- bodies ----------------------------------------------------------------------------------------------

  /** The coroutine of a body. The first one that runs in a task without a label gives it its name. */
  *coroutine(name: Name, body: Statement[]): Coroutine<unknown> {
    const task = this.current();
    if (task && !this.labels.has(task)) this.labels.set(task, name);
    const signal = yield* this.block(body, { caught: [] });
    return signal?.kind === 'return' ? signal.value : null;
  }

  /** Runs the body of a callback, in one go. */
  callback(body: SyncBody): void {
    if (!this.block(body, { caught: [] }).next().done) this.invalid('a callback awaits');
  }

  *block(body: Statement[], frame: Frame): Coroutine<Signal> {
    for (const statement of body) {
      const unbound = namesNeeded(statement).find((name) => !this.isBound(name));
      if (unbound !== undefined) {
        this.emit(`unbound ${unbound}`);
        continue;
      }
      const signal = yield* this.statement(statement, frame);
      if (signal) return signal;
    }
    return undefined;
  }

  *statement(s: Statement, frame: Frame): Coroutine<Signal> {
    switch (s.op) {
      case 'if':
        return yield* this.block(this.test(s.cond) ? s.then : (s.else ?? []), frame);
      case 'repeat':
        for (let round = 0; round < s.n; round++) {
          const signal = yield* this.block(s.body, frame);
          if (signal?.kind === 'break') break;
          if (signal) return signal;
        }
        return undefined;
      case 'try':
        return yield* this.tryStatement(s, frame);
      case 'with':
      case 'taskgroup':
      case 'timeout':
      case 'timeout_at':
        return yield* this.contextManager(s, frame);
      case 'as_completed':
        return yield* s.mode === 'async' ? this.inOrderOfCompletion(s, frame) : this.eachNext(s, frame);
      default:
        if (!isAwaitableForm(s)) return this.perform(s, frame);
        yield* this.awaitStatement(s);
        return undefined;
    }
  }

  /**
   * Not JavaScript's `finally`, which would also run when the coroutine is abandoned at the end of the program:
   * what happened is kept, the `finally` body runs, and it goes on unless that body decided otherwise.
   */
  *tryStatement(s: Try<Statement>, frame: Frame): Coroutine<Signal> {
    let signal: Signal;
    let failure: { readonly error: unknown } | undefined;
    try {
      signal = yield* this.tryExcept(s, frame);
    } catch (error) {
      if (error instanceof InvalidProgram) throw error;
      failure = { error };
    }
    const overriding = yield* this.block(s.finally ?? [], frame);
    if (overriding) return overriding;
    if (failure) throw failure.error;
    return signal;
  }

  *tryExcept(s: Try<Statement>, frame: Frame): Coroutine<Signal> {
    let signal: Signal;
    try {
      signal = yield* this.block(s.body, frame);
    } catch (error) {
      const handler = s.except?.find(({ types }) => types.some((type) => isInstance(error, type)));
      if (!handler || error instanceof InvalidProgram) throw error;
      this.emit(`caught ${formatException(error)}`);
      frame.caught.push(error);
      try {
        return yield* this.block(handler.body, frame);
      } finally {
        frame.caught.pop();
      }
    }
    return signal ?? (yield* this.block(s.else ?? [], frame));
  }

  // ---- blocks: Python's `async with` is `run(body)` here -------------------------------------------------------

  *contextManager(s: Exclude<BlockStatement, { op: 'as_completed' }>, frame: Frame): Coroutine<Signal> {
    const name = s.op === 'with' ? s.ref : s.name;
    const signal = yield* this.enter(s, () => this.block(s.body, frame));
    this.emit(`exit ${name}`);
    return signal;
  }

  *enter(
    s: Exclude<BlockStatement, { op: 'as_completed' }>,
    body: () => Coroutine<Signal>,
  ): Coroutine<Signal> {
    switch (s.op) {
      case 'with': {
        const { ref } = s;
        const object = this.get(ref, Lock, Semaphore, Condition, Barrier);
        const enter = (line: string): Coroutine<Signal> => {
          this.emit(line);
          return body();
        };
        if (object instanceof Barrier) return yield* object.run((index) => enter(`enter ${ref} ${index}`));
        return yield* object.run(() => enter(`enter ${ref}`));
      }
      case 'taskgroup':
        return yield* this.reuseOr(s, TaskGroup, () => new TaskGroup()).run(body);
      case 'timeout':
        return yield* this.reuseOr(s, Timeout, () => timeout(s.delay)).run(body);
      case 'timeout_at':
        return yield* this.reuseOr(s, Timeout, () => timeoutAt(s.when)).run(body);
    }
  }

  reuseOr<C extends Constructor>(
    { name, reuse }: { name: Name; reuse?: true },
    type: C,
    create: () => InstanceType<C>,
  ): InstanceType<C> {
    if (reuse && this.isBound(name)) return this.get(name, type);
    const created = create();
    this.names.set(name, created);
    return created;
  }

  /** `for next in as_completed(...)`: each `next` is awaited in turn and gives the next result. */
  *eachNext(s: AsCompletedStatement, frame: Frame): Coroutine<Signal> {
    const items = s.items.map((item) => this.evaluate(item));
    for (const next of asCompleted(items, { timeout: s.timeout ?? null })) {
      let line: string;
      try {
        line = `next -> ${format(yield* next)}`;
      } catch (error) {
        if (!s.catch || !isException(error)) throw error;
        line = `next !! ${formatException(error)}`;
      }
      this.emit(line);
      const signal = yield* this.block(s.body ?? [], frame);
      if (signal?.kind === 'break') break;
      if (signal) return signal;
    }
    this.emit('as_completed end');
    return undefined;
  }

  /** `async for future in as_completed(...)`: the futures themselves, in order of completion. */
  *inOrderOfCompletion(s: AsCompletedStatement, frame: Frame): Coroutine<Signal> {
    const items = s.items.map((item) => this.evaluate(item));
    const completed = asCompleted(items, { timeout: s.timeout ?? null });
    for (let future = yield* completed.nextDone(); future; future = yield* completed.nextDone()) {
      const position = items.findIndex((item, i) => item === future && typeof s.items[i] === 'string');
      const label = s.items[position] ?? (future instanceof Task ? this.labelOf(future) : '?');
      this.emit(`next ${label} ${settlement(future)}`);
      const signal = yield* this.block(s.body ?? [], frame);
      if (signal?.kind === 'break') break;
      if (signal) return signal;
    }
    this.emit('as_completed end');
    return undefined;
  }

  // ---- expressions -----------------------------------------------------------------------------------------

  *awaitStatement(s: AwaitableForm & { as?: Name }): Coroutine<void> {
    const value = yield* this.evaluate(s);
    this.bind(s.as, value);
    if (s.op === 'sleep' && s.result === undefined) return;
    const label = s.op === 'coro' ? `coro ${s.name}` : 'ref' in s ? `${s.op} ${s.ref}` : s.op;
    this.emit(`${label} -> ${format(value)}`);
  }

  evaluate(e: Expression): AwaitableObject {
    if (typeof e === 'string') return this.get(e, Future);
    switch (e.op) {
      case 'await':
        return this.get(e.ref, Future);
      case 'coro':
        return this.coroutine(e.name, e.body);
      case 'sleep':
        return sleep(e.d === 'nan' ? Number.NaN : e.d, this.value(e.result ?? null));
      case 'gather':
        return gather(
          e.items.map((item) => this.evaluate(item)),
          { returnExceptions: e.return_exceptions ?? false },
        );
      case 'shield':
        return shield(this.evaluate(e.expr));
      case 'wait':
        return this.waitByName(
          e,
          e.items.map((item) => this.evaluate(item)),
        );
      case 'wait_for':
        return waitFor(this.evaluate(e.expr), e.timeout ?? null);
      case 'acquire':
        return this.get(e.ref, Lock, Semaphore, Condition).acquire();
      case 'event_wait':
        return this.get(e.ref, Event).wait();
      case 'cond_wait':
        return this.get(e.ref, Condition).wait();
      case 'cond_wait_for':
        return this.get(e.ref, Condition).waitFor(() => {
          const result = this.test(e.cond);
          this.emit(`pred ${e.ref} -> ${result}`);
          return result;
        });
      case 'barrier_wait':
        return this.get(e.ref, Barrier).wait();
      case 'barrier_reset':
        return this.get(e.ref, Barrier).reset();
      case 'barrier_abort':
        return this.get(e.ref, Barrier).abort();
      case 'put':
        return this.get(e.ref, Queue).put(this.value(e.value));
      case 'get':
        return this.get(e.ref, Queue).get();
      case 'join':
        return this.get(e.ref, Queue).join();
      default:
        return this.invalid(`unknown expression ${JSON.stringify(e)}`);
    }
  }

  *waitByName(
    { items, timeout, return_when }: AwaitableForm & { op: 'wait' },
    awaitables: AwaitableObject[],
  ): Coroutine<WaitResult> {
    // A program may hand coroutines to wait(), to see them refused.
    const futures = awaitables as Future<unknown>[];
    const { done, pending } = yield* wait(futures, {
      timeout: timeout ?? null,
      returnWhen: return_when ?? 'ALL_COMPLETED',
    });
    const nameOf = (future: Future<unknown>): string => {
      const item = items[futures.indexOf(future)];
      return typeof item === 'string' ? item : '?';
    };
    const inOrder = [...new Set(futures)];
    return new WaitResult(
      inOrder.filter((future) => done.has(future)).map(nameOf),
      inOrder.filter((future) => pending.has(future)).map(nameOf),
    );
  }

  /** The coroutine of a task to create. */
  target(s: { name: Name } & ({ body: Statement[] } | { expr: AwaitableForm })): Coroutine<unknown> {
    if ('body' in s) return this.coroutine(s.name, s.body);
    const awaitable = this.evaluate(s.expr);
    return awaitable instanceof Future ? this.invalid(`${s.name} is no coroutine`) : awaitable;
  }

  // ---- statements that run at once ---------------------------------------------------------------------------

  perform(s: SimpleStatement, frame: Frame): Signal {
    switch (s.op) {
      case 'log':
        this.emit(
          [s.text, ...(s.vars ?? []).map((name) => `${name}=${format(this.lookUp(name))}`)].join(' '),
        );
        return;
      case 'block':
        blockingSleep(s.d);
        return;
      case 'raise':
        throw createException(s);
      case 'reraise':
        if (frame.caught.length === 0) this.invalid('reraise outside of an except body');
        throw frame.caught.at(-1);
      case 'return':
        return { kind: 'return', value: this.value(s.value ?? null) };
      case 'break':
        return { kind: 'break' };
      case 'set':
        this.names.set(s.var, this.value(s.value));
        return;
      case 'inc':
        this.names.set(s.var, Number(this.lookUp(s.var)) + (s.by ?? 1));
        return;
      case 'new':
        this.names.set(s.name, this.create(s.decl));
        return;
      case 'let':
        this.names.set(s.name, this.evaluate(s.expr));
        return;
      case 'spawn':
        this.bindTask(s.name, createTask(this.target(s), { name: s.name }));
        return;
      case 'tg_spawn':
        this.bindTask(s.name, this.get(s.tg, TaskGroup).createTask(this.target(s), { name: s.name }));
        return;
      case 'cancel':
        this.emit(`cancel ${s.ref} -> ${this.get(s.ref, Future).cancel(s.msg ?? undefined)}`);
        return;
      case 'uncancel':
        this.emit(`uncancel ${s.ref} -> ${this.get(s.ref, Task).uncancel()}`);
        return;
      case 'state':
        this.emit(`state ${s.ref} ${stateOf(this.lookUp(s.ref))}`);
        return;
      case 'set_result':
        this.get(s.ref, Future).setResult(this.value(s.value ?? null));
        return;
      case 'set_exception':
        this.get(s.ref, Future).setException(createException(s));
        return;
      case 'result': {
        const result = this.get(s.ref, Future).result();
        this.bind(s.as, result);
        this.emit(`result ${s.ref} -> ${format(result)}`);
        return;
      }
      case 'exception':
        this.emit(`exception ${s.ref} -> ${format(this.get(s.ref, Future).exception())}`);
        return;
      case 'add_done_callback':
        if (s.body || !this.isBound(s.id)) this.names.set(s.id, this.doneCallback(s));
        this.get(s.ref, Future).addDoneCallback(this.get(s.id, DoneCallback).call);
        return;
      case 'remove_done_callback': {
        const removed = this.get(s.ref, Future).removeDoneCallback(this.get(s.id, DoneCallback).call);
        this.emit(`remove_done_callback ${s.ref} ${s.id} -> ${removed}`);
        return;
      }
      case 'call_soon':
        this.bind(
          s.name,
          this.loop.callSoon(() => this.callback(s.body)),
        );
        return;
      case 'call_later':
        this.bind(
          s.name,
          this.loop.callLater(s.d, () => this.callback(s.body)),
        );
        return;
      case 'call_at':
        this.bind(
          s.name,
          this.loop.callAt(s.when, () => this.callback(s.body)),
        );
        return;
      case 'handle_cancel':
        this.get(s.ref, Handle).cancel();
        return;
      case 'release':
        this.get(s.ref, Lock, Semaphore, Condition).release();
        return;
      case 'notify':
        this.get(s.ref, Condition).notify(s.n ?? 1);
        return;
      case 'notify_all':
        this.get(s.ref, Condition).notifyAll();
        return;
      case 'event_set':
        this.get(s.ref, Event).set();
        return;
      case 'event_clear':
        this.get(s.ref, Event).clear();
        return;
      case 'put_nowait':
        this.get(s.ref, Queue).putNowait(this.value(s.value));
        return;
      case 'get_nowait': {
        const item = this.get(s.ref, Queue).getNowait();
        this.bind(s.as, item);
        this.emit(`get_nowait ${s.ref} -> ${format(item)}`);
        return;
      }
      case 'task_done':
        this.get(s.ref, Queue).taskDone();
        return;
      case 'shutdown':
        this.get(s.ref, Queue).shutdown(s.immediate ?? false);
        return;
      case 'reschedule':
        this.get(s.ref, Timeout).reschedule('delay' in s ? this.loop.time() + s.delay : s.when);
        return;
      default:
        return this.invalid(`unknown statement ${JSON.stringify(s)}`);
    }
  }

  doneCallback({ id, ref, body }: { id: Name; ref: Name; body?: SyncBody }): DoneCallback {
    return new DoneCallback((future) => {
      this.emit(`callback ${id} ${ref} ${settlement(future)}`);
      if (body) this.callback(body);
    });
  }
}

type AsCompletedStatement = BlockStatement & { op: 'as_completed' };

const AWAITABLE_FORMS: ReadonlySet<string> = new Set<AwaitableForm['op']>([
  'await',
  'coro',
  'sleep',
  'gather',
  'shield',
  'wait',
  'wait_for',
  'acquire',
  'event_wait',
  'cond_wait',
  'cond_wait_for',
  'barrier_wait',
  'barrier_reset',
  'barrier_abort',
  'put',
  'get',
  'join',
]);

function isAwaitableForm(s: Statement): s is AwaitableForm & { as?: Name } {
  return AWAITABLE_FORMS.has(s.op);
}

/** The fields of statements and expressions in which names can stand. */
interface Mentions {
  op: string;
  ref?: Name;
  tg?: Name;
  var?: Name;
  id?: Name;
  value?: Value;
  result?: Value;
  vars?: Name[];
  cond?: Test;
  expr?: Expression;
  items?: Expression[];
}

/** The names that must be bound before the statement may run, in the order in which they are looked up. */
function namesNeeded(s: Mentions): Name[] {
  return [
    s.ref,
    s.tg,
    s.op === 'inc' ? s.var : undefined,
    s.op === 'remove_done_callback' ? s.id : undefined,
    ...namesInValue(s.value),
    ...namesInValue(s.result),
    ...(s.vars ?? []),
    s.cond?.is === 'bound' ? undefined : s.cond?.ref,
    ...[s.expr, ...(s.items ?? [])].flatMap((e) => (typeof e === 'object' ? namesNeeded(e) : [e])),
  ].filter((name) => name !== undefined);
}

function namesInValue(value: Value | undefined): Name[] {
  if (Array.isArray(value)) return value.flatMap(namesInValue);
  return value && typeof value === 'object' && 'var' in value ? [value.var] : [];
}
