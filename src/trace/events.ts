/**
 * The vocabulary of the log: every kind of event, and what it carries.
 *
 * This file imports nothing, so every folder may import it. The table `EVENT_SCHEMA` is the one place that
 * says what an event of a kind carries; the tracer writes by it, the recorder keeps columns by it, the loader
 * checks files against it, and the types below are what readers of a trace see.
 *
 * An event is plain data: ids and names, never live objects. Ids:
 *
 * - a *task* has the number the loop gave it (1, 2, 3 …), unique within one trace;
 * - a *handle*, a *timer*, a *request* and a *machine* are named by the `seq` of the event that made them;
 * - a *resource* (lock, queue, device …) is numbered in the order in which the trace first meets it;
 * - a *thread* and a *process* of a simulated machine are numbered in the order in which they are made (1, 2, 3 …),
 *   also if there are several machines.
 *
 * `cause` is the `seq` of the event that made this one happen (0: nothing did). Following it backwards answers
 * "why did this run now?".
 */

/** What an awaited thing is: a future, another task, a primitive or device, a thread, or only the clock. */
export type WaitKind = 'future' | 'task' | 'resource' | 'timer' | 'thread';

/** How a task or future ended. */
export type Outcome = 'result' | 'exception' | 'cancelled';

/** What every event carries. */
export interface EventBase {
  /** Position in the log: 1, 2, 3 … */
  readonly seq: number;
  /** Virtual time in ms. */
  readonly time: number;
  /** The iteration of the loop in which it happened (0: before the first). */
  readonly iteration: number;
  /** `seq` of the event that caused this one; 0 if none did. */
  readonly cause: number;
}

/** The fields of each kind of event, by kind. */
export interface EventFields {
  // ---- the loop -------------------------------------------------------------------------------------
  /** A loop starts to run: a driver was called. The same loop may run, return and run again. */
  'loop:run': { loop: number };
  /** A driver returns (or an error leaves it): the loop no longer runs. What was in mid-step then is over. */
  'loop:return': { loop: number; remaining: number };
  /** `stop()` was called: the loop stops after this iteration. */
  'loop:stop': { loop: number };
  /** The loop was closed: what was still ready or timed is dropped. */
  'loop:close': { loop: number };
  /** One pass begins: exactly `ready` handles will run in it. */
  iteration: { ready: number };
  /** Nothing was ready: the clock jumps. Written when it has, at `to`. */
  'clock:jump': { from: number; to: number };
  /**
   * CPU was burnt: the clock moved while the loop stood still. Written when it ends, at `to`, by the task that did it.
   */
  compute: { from: number; to: number; task: number; label: string };
  /** The same for a blocking call, which holds up the loop without using the CPU; at `to` as well. */
  block: { from: number; to: number; task: number; label: string };
  /**
   * Nothing can happen any more, and somebody waits still: the loop, or the machine, is about to throw a DeadlockError. `detail`
   * says who waits for what and whom, in short; `cycle` names those each of whom waits for the next, if there are such.
   */
  deadlock: { detail: string; cycle: readonly string[] };

  // ---- tasks ----------------------------------------------------------------------------------------
  /** A task was made. It is `ready` from its own `task:ready` on (an eager task is not). */
  'task:create': { task: number; parent: number; name: string };
  'task:rename': { task: number; name: string };
  /** A task joins the end of the ready queue, to start or because what it awaited is done. */
  'task:ready': { task: number };
  /** A task leaves the head of the ready queue and runs (eager start: it runs without having queued). */
  'task:step': { task: number; eager: boolean };
  /** The running task gives way (`sleep(0)`): it joins the end of the ready queue. */
  'task:yield': { task: number };
  /** The running task suspends. `on` says on what; `target` is the id of that task or resource, else 0. */
  'task:wait': { task: number; target: number; on: WaitKind; reason: string; name: string };
  /** The running task ends. `detail` is its result or error as a short text. */
  'task:done': { task: number; outcome: Outcome; detail: string };
  /** Somebody asked the task to stop; `cancelling` counts the requests not taken back. */
  'task:cancel': { task: number; cancelling: number; message: string };
  'task:uncancel': { task: number; cancelling: number };

  // ---- handles and timers ---------------------------------------------------------------------------
  /** A callback joins the end of the ready queue. Its id is this event's `seq`. */
  'handle:ready': { label: string };
  /** A handle leaves the head of the ready queue and runs. */
  'handle:run': { handle: number };
  'handle:end': { handle: number };
  /** A handle waiting in the ready queue was cancelled: it keeps its place and is passed over. */
  'handle:cancel': { handle: number };
  /** A cancelled handle leaves the head of the ready queue and does not run. */
  'handle:skip': { handle: number };
  /** A timer was set. Its id is this event's `seq`. `task` is whose sleep or timeout it is (0: nobody's). */
  'timer:set': { when: number; task: number; label: string };
  /** A timer is due: it joins the ready queue as a handle, whose id is this event's `seq`. */
  'timer:due': { timer: number; label: string };
  'timer:cancel': { timer: number };

  // ---- futures --------------------------------------------------------------------------------------
  /** A future was settled. Those who wait for it become ready next. */
  'future:done': { outcome: Outcome; detail: string };

  // ---- locks, queues and the like -------------------------------------------------------------------
  /**
   * The trace meets a primitive or device. `capacity`: permits, maxsize, parties or channels; 0: none. `value` is its
   * value then (see `resource:use`), before what is now done to it.
   */
  'resource:new': { resource: number; capacity: number; value: number; type: string; name: string };
  /**
   * Something was done to a resource. `value` is its value afterwards (a lock: 1 held, 0 free; a semaphore: free
   * permits; an event: 1 set, 0 not; a queue: items; a condition: tasks that wait; a barrier: tasks in it; a device:
   * channels at work). `task`: by whom (0: by nobody).
   */
  'resource:use': { resource: number; value: number; task: number; action: string };
  /** A task became a holder of the resource (`held`), or ceased to be one. */
  'resource:hold': { resource: number; task: number; held: boolean };

  /** A task or thread (the other is 0) looks at a cell. `detail` is its value as a short text. */
  'cell:read': { cell: number; task: number; thread: number; detail: string };
  /** A task or thread has changed a cell: `detail` is its value now. */
  'cell:write': { cell: number; task: number; thread: number; detail: string };

  // ---- devices --------------------------------------------------------------------------------------
  /** A device was asked for something. The request's id is this event's `seq`. */
  'request:new': { device: number; task: number; label: string };
  /** A channel of the device takes the request up; it will be done at `until`. */
  'request:start': { request: number; until: number };
  /** The device is done with the request, whatever the loop is doing meanwhile. */
  'request:complete': { request: number; failed: boolean };
  /** The loop notices: the completion joins the ready queue as a handle, whose id is this event's `seq`. */
  'request:deliver': { request: number; label: string };
  /** The request was given up by its caller. */
  'request:cancel': { request: number };

  // ---- a simulated machine: threads, the GIL, processes ----------------------------------------------
  /**
   * A machine takes over the CPU: from here on there are threads. `interval` is the switch interval of the GIL, `slice`
   * the time slice of the operating system, in ms.
   */
  'machine:new': { cores: number; interval: number; slice: number };
  /** A process of a machine: an interpreter of its own, with a GIL or (`gil` false) without. */
  'process:new': { process: number; machine: number; gil: boolean; name: string };
  /** A thread was made. It does nothing until it is started. */
  'thread:create': { thread: number; process: number; parent: number; name: string };
  /**
   * A thread is that of the loop, or of the script around it, which was there before: what the loop does is done by it,
   * and it waits ('select') when the loop idles.
   */
  'thread:host': { thread: number };
  /**
   * A thread wants to run, and has to wait: for the GIL of its process (`lack` is 'gil') or, holding that, for a core.
   * One that had to wait for both is told twice.
   */
  'thread:ready': { thread: number; lack: string };
  /** A thread runs on a core, holding its GIL. */
  'thread:run': { thread: number; core: number };
  /**
   * A running thread is made to stop: by those who asked for the GIL ('gil'), or because its time slice is over
   * ('slice'). It is ready, and lacks the GIL or a core.
   */
  'thread:preempt': { thread: number; by: string };
  /** A running thread suspends of its own will: it gives up core and GIL. `target` as in `task:wait`. */
  'thread:wait': { thread: number; target: number; on: WaitKind; reason: string; name: string };
  'thread:done': { thread: number; outcome: Outcome; detail: string };
  /** A thread has waited a switch interval for the GIL, and asks its holder to drop it. */
  'gil:ask': { thread: number; holder: number };
  /** A thread was given the GIL that somebody gave up: what it lacks now is a core, at most. */
  'gil:take': { thread: number };
  /** A thread has got the CPU time it asked for: `ms` of it, since `from`. Written when it has. */
  'thread:busy': { thread: number; from: number; ms: number; label: string };
  /**
   * CPU time for the machine's own work (`what`: 'switch', 'create', 'pickle', 'manage', 'submit'). It is charged to a thread, which spends it
   * before it goes on; or the loop has spent it (`thread` 0).
   */
  overhead: { thread: number; ms: number; what: string };
  /** A thread became a holder of the resource (`held`), or ceased to be one. */
  'thread:hold': { resource: number; thread: number; held: boolean };
  /** A line of output of a thread. */
  'thread:print': { thread: number; text: string };

  // ---- the sources ----------------------------------------------------------------------------------
  /**
   * The running task (or thread; the other is 0) is at this line: it begins to await there, or is about to do something:
   * compute, block, print, create a task or a thread, use a lock or the like, settle a future, ask somebody to stop. Both are 0 for plain code: a
   * script's, or a callback's. Written only if it was asked for (`sites`), before the event of what is then done; of deeds
   * only where the line is not the one it was known to be at. A task whose await goes on at once has not stopped there.
   */
  'source:at': { task: number; thread: number; line: number; file: string };

  // ---- what people see ------------------------------------------------------------------------------
  /** A line of the program's output. */
  print: { task: number; text: string };
  /** The loop's exception handler was called. */
  error: { task: number; message: string; detail: string };
  /**
   * Something was left open by the rules, and a policy was asked. Of two or more `candidates` it picked the one in place
   * `picked`, from 0 (the faithful answer); `names` are what the first of them are called. With `what` 'ready' that entry
   * moves to the head of the ready queue.
   */
  choice: { picked: number; candidates: number; what: string; names: readonly string[] };
  /** A number from `low` to `high` was drawn, `by` 'chance' or by the 'policy': `what` is 'latency', 'fault' or 'number'. */
  draw: { value: number; low: number; high: number; what: string; by: string };
}

/** The names of the kinds of event. */
export type EventKind = keyof EventFields;

/** One event of one kind. */
export type EventOf<K extends EventKind> = { readonly kind: K } & EventBase & Readonly<EventFields[K]>;

/** Any event of a trace: a union, told apart by `kind`. */
export type TraceEvent = { [K in EventKind]: EventOf<K> }[EventKind];

type FieldType<V> = V extends boolean
  ? 'flag'
  : V extends number
    ? 'number'
    : V extends Outcome
      ? 'outcome'
      : V extends WaitKind
        ? 'wait'
        : V extends readonly string[]
          ? 'strings'
          : 'string';

/** The type of a field, as data. A flag is a boolean. */
export type FieldTypeName = 'number' | 'flag' | 'string' | 'outcome' | 'wait' | 'strings';

/**
 * Each kind's fields with their types. At most three numbers and flags, which come first: the log keeps them in
 * three columns of numbers, and what is text in a fourth column (as an array where there are several; a list of texts is the
 * rest of it, so it comes last).
 */
const FIELDS: {
  readonly [K in EventKind]: { readonly [F in keyof EventFields[K]]: FieldType<EventFields[K][F]> };
} = {
  'loop:run': { loop: 'number' },
  'loop:return': { loop: 'number', remaining: 'number' },
  'loop:stop': { loop: 'number' },
  'loop:close': { loop: 'number' },
  iteration: { ready: 'number' },
  'clock:jump': { from: 'number', to: 'number' },
  compute: { from: 'number', to: 'number', task: 'number', label: 'string' },
  block: { from: 'number', to: 'number', task: 'number', label: 'string' },
  deadlock: { detail: 'string', cycle: 'strings' },
  'task:create': { task: 'number', parent: 'number', name: 'string' },
  'task:rename': { task: 'number', name: 'string' },
  'task:ready': { task: 'number' },
  'task:step': { task: 'number', eager: 'flag' },
  'task:yield': { task: 'number' },
  'task:wait': { task: 'number', target: 'number', on: 'wait', reason: 'string', name: 'string' },
  'task:done': { task: 'number', outcome: 'outcome', detail: 'string' },
  'task:cancel': { task: 'number', cancelling: 'number', message: 'string' },
  'task:uncancel': { task: 'number', cancelling: 'number' },
  'handle:ready': { label: 'string' },
  'handle:run': { handle: 'number' },
  'handle:end': { handle: 'number' },
  'handle:cancel': { handle: 'number' },
  'handle:skip': { handle: 'number' },
  'timer:set': { when: 'number', task: 'number', label: 'string' },
  'timer:due': { timer: 'number', label: 'string' },
  'timer:cancel': { timer: 'number' },
  'future:done': { outcome: 'outcome', detail: 'string' },
  'resource:new': { resource: 'number', capacity: 'number', value: 'number', type: 'string', name: 'string' },
  'resource:use': { resource: 'number', value: 'number', task: 'number', action: 'string' },
  'resource:hold': { resource: 'number', task: 'number', held: 'flag' },
  'cell:read': { cell: 'number', task: 'number', thread: 'number', detail: 'string' },
  'cell:write': { cell: 'number', task: 'number', thread: 'number', detail: 'string' },
  'request:new': { device: 'number', task: 'number', label: 'string' },
  'request:start': { request: 'number', until: 'number' },
  'request:complete': { request: 'number', failed: 'flag' },
  'request:deliver': { request: 'number', label: 'string' },
  'request:cancel': { request: 'number' },
  'machine:new': { cores: 'number', interval: 'number', slice: 'number' },
  'process:new': { process: 'number', machine: 'number', gil: 'flag', name: 'string' },
  'thread:create': { thread: 'number', process: 'number', parent: 'number', name: 'string' },
  'thread:host': { thread: 'number' },
  'thread:ready': { thread: 'number', lack: 'string' },
  'thread:run': { thread: 'number', core: 'number' },
  'thread:preempt': { thread: 'number', by: 'string' },
  'thread:wait': { thread: 'number', target: 'number', on: 'wait', reason: 'string', name: 'string' },
  'thread:done': { thread: 'number', outcome: 'outcome', detail: 'string' },
  'gil:ask': { thread: 'number', holder: 'number' },
  'gil:take': { thread: 'number' },
  'thread:busy': { thread: 'number', from: 'number', ms: 'number', label: 'string' },
  overhead: { thread: 'number', ms: 'number', what: 'string' },
  'thread:hold': { resource: 'number', thread: 'number', held: 'flag' },
  'thread:print': { thread: 'number', text: 'string' },
  'source:at': { task: 'number', thread: 'number', line: 'number', file: 'string' },
  print: { task: 'number', text: 'string' },
  error: { task: 'number', message: 'string', detail: 'string' },
  choice: { picked: 'number', candidates: 'number', what: 'string', names: 'strings' },
  draw: { value: 'number', low: 'number', high: 'number', what: 'string', by: 'string' },
};

/** One field of a kind of event. */
export interface FieldSchema {
  readonly name: string;
  readonly type: FieldTypeName;
}

/** One kind of event: its name, its fields kept as numbers (at most three) and its fields kept as text. */
export interface KindSchema {
  readonly kind: EventKind;
  readonly numbers: readonly FieldSchema[];
  readonly texts: readonly FieldSchema[];
}

/** Every kind of event; a kind's *code* is its place here. */
export const EVENT_SCHEMA: readonly KindSchema[] = Object.entries(FIELDS).map(([kind, fields]) => {
  const all = Object.entries(fields).map(([name, type]) => ({ name, type: type as FieldTypeName }));
  const isNumber = (field: FieldSchema) => field.type === 'number' || field.type === 'flag';
  return {
    kind: kind as EventKind,
    numbers: all.filter(isNumber),
    texts: all.filter((field) => !isNumber(field)),
  };
});

/** The code of each kind: `CODE['task:step']` is a small integer. */
export const CODE = Object.fromEntries(EVENT_SCHEMA.map(({ kind }, code) => [kind, code])) as {
  readonly [K in EventKind]: number;
};

/** What the text column holds: nothing, one string, or several in the order of the schema. */
export type EventText = string | readonly string[] | undefined;

/**
 * Where a tracer writes: one call for each event, with numbers in `a`, `b`, `c` and text in `text`, in the order of
 * the kind's fields. No object is built for an event that is only recorded.
 */
export interface TraceSink {
  /** How many events it has, if it keeps them: one that has some can't be used for another run. */
  readonly length?: number;
  /**
   * Told of what there is no event: that somebody looks at a resource (whether a lock is held, how many are in a queue), or
   * changes in it what no view shows. For who wants to know on what a step depends.
   */
  look?(resource: number, isChange: boolean): void;
  /** The same of all that tasks have to do with each other, which is nobody's resource; or of every moment from now on. */
  lookAround?(what: 'tasks' | 'every moment'): void;
  /** It has no use for the names of what was chosen between, which take longer to collect than to choose. */
  readonly isNameless?: boolean;
  write(
    code: number,
    time: number,
    iteration: number,
    cause: number,
    a: number,
    b: number,
    c: number,
    text: EventText,
  ): void;
}

/** An event as a row of the log: what `materialize` builds it from. */
export interface EventRow {
  readonly code: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly text: EventText;
}

/** The row of the log that an event stands for. */
export function rowOf(event: TraceEvent): EventRow {
  const code = CODE[event.kind];
  const { numbers, texts } = EVENT_SCHEMA[code]!;
  const fields = event as unknown as Record<string, unknown>;
  const [a = 0, b = 0, c = 0] = numbers.map(({ name }) => Number(fields[name]));
  const [first] = texts;
  if (first === undefined) return { code, a, b, c, text: undefined };
  if (texts.length === 1 && first.type !== 'strings')
    return { code, a, b, c, text: fields[first.name] as string };
  return { code, a, b, c, text: texts.flatMap(({ name }) => fields[name] as string | readonly string[]) };
}

/** Builds the event object that a row of the log stands for. */
export function materialize(
  seq: number,
  code: number,
  time: number,
  iteration: number,
  cause: number,
  a: number,
  b: number,
  c: number,
  text: EventText,
): TraceEvent {
  const { kind, numbers, texts } = EVENT_SCHEMA[code]!;
  const event: Record<string, unknown> = { seq, time, iteration, kind, cause };
  // Plain loops: who reads a long log does nothing else as often.
  for (let i = 0; i < numbers.length; i++) {
    const { name, type } = numbers[i]!;
    const value = i === 0 ? a : i === 1 ? b : c;
    event[name] = type === 'flag' ? value !== 0 : value;
  }
  for (let i = 0; i < texts.length; i++) {
    const { name, type } = texts[i]!;
    if (type === 'strings') event[name] = text?.slice(i) ?? [];
    else event[name] = texts.length === 1 ? (text ?? '') : (text?.[i] ?? '');
  }
  return event as unknown as TraceEvent;
}
