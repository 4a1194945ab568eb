/**
 * The conformance programs as TypeScript types: a small language, written in JSON, of coroutines, tasks and
 * callbacks. It has no functions, so one program can be run by real CPython and by this library, and their logs
 * compared line by line. A program says what to do; what an event loop *does* with it is not said here.
 *
 * Times are virtual milliseconds. All names live in one flat namespace; `@self` is the current task.
 */

export type Name = string;

/** A literal, the value of a name, or a priority item, which is ordered by `p` only. */
export type Value = null | boolean | number | string | { var: Name } | { p: number; v: string } | Value[];

/** Python's exception types that programs know; `AppError` and `AppBase` are their own. */
export type ExceptionName =
  | 'BaseException'
  | 'Exception'
  | 'CancelledError'
  | 'TimeoutError'
  | 'InvalidStateError'
  | 'ValueError'
  | 'TypeError'
  | 'KeyError'
  | 'RuntimeError'
  | 'AppError'
  | 'AppBase'
  | 'ExceptionGroup'
  | 'BaseExceptionGroup'
  | 'QueueEmpty'
  | 'QueueFull'
  | 'QueueShutDown'
  | 'BrokenBarrierError';

/** An exception to create: its type, its only argument, and for groups the members. */
export interface ExceptionDescription {
  exc: ExceptionName;
  msg?: string;
  subs?: ExceptionDescription[];
}

/** An object to create, before the run (`objects`) or in it (the statement `new`). */
export type Declaration =
  | { type: 'lock' | 'event' | 'future' }
  | { type: 'semaphore' | 'bounded_semaphore'; value?: number }
  | { type: 'condition'; lock?: Name }
  | { type: 'barrier'; parties: number }
  | { type: 'queue' | 'lifo_queue' | 'priority_queue'; maxsize?: number }
  | { type: 'var'; value: Value };

/** A test of the state of a bound object. */
export interface Condition {
  is:
    | 'done'
    | 'cancelled'
    | 'cancelling'
    | 'locked'
    | 'set'
    | 'empty'
    | 'full'
    | 'expired'
    | 'broken'
    | 'bound'
    | 'ge'
    | 'eq';
  ref: Name;
  not?: true;
  value?: number;
}

/** An expression that can be awaited; as a statement it is evaluated, awaited and its value logged. */
export type AwaitableForm =
  | { op: 'await'; ref: Name }
  | { op: 'coro'; name: Name; body: Statement[] }
  | { op: 'sleep'; d: number | 'nan'; result?: Value }
  | { op: 'gather'; items: Expression[]; return_exceptions?: true }
  | { op: 'shield'; expr: Expression }
  | {
      op: 'wait';
      items: Expression[];
      timeout?: number;
      return_when?: 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED';
    }
  | { op: 'wait_for'; expr: Expression; timeout?: number | null }
  | { op: 'acquire'; ref: Name }
  | { op: 'event_wait'; ref: Name }
  | { op: 'cond_wait'; ref: Name }
  | { op: 'cond_wait_for'; ref: Name; cond: Condition }
  | { op: 'barrier_wait' | 'barrier_reset' | 'barrier_abort'; ref: Name }
  | { op: 'put'; ref: Name; value: Value }
  | { op: 'get' | 'join'; ref: Name };

/** A string is the name of a future or task. */
export type Expression = Name | AwaitableForm;

/** Statements that run at once: allowed in coroutines and in callbacks. */
export type SimpleStatement =
  | { op: 'log'; text: string; vars?: Name[] }
  | { op: 'block'; d: number }
  | ({ op: 'raise' } & ExceptionDescription)
  | { op: 'reraise' }
  | { op: 'return'; value?: Value }
  | { op: 'break' }
  | { op: 'set'; var: Name; value: Value }
  | { op: 'inc'; var: Name; by?: number }
  | { op: 'new'; name: Name; decl: Declaration }
  | { op: 'spawn'; name: Name; body: Statement[] }
  | { op: 'spawn'; name: Name; expr: AwaitableForm }
  | { op: 'tg_spawn'; tg: Name; name: Name; body: Statement[] }
  | { op: 'tg_spawn'; tg: Name; name: Name; expr: AwaitableForm }
  | { op: 'let'; name: Name; expr: AwaitableForm }
  | { op: 'cancel'; ref: Name; msg?: string }
  | { op: 'uncancel'; ref: Name }
  | { op: 'state'; ref: Name }
  | { op: 'set_result'; ref: Name; value?: Value }
  | ({ op: 'set_exception'; ref: Name } & ExceptionDescription)
  | { op: 'result'; ref: Name; as?: Name }
  | { op: 'exception'; ref: Name }
  | { op: 'add_done_callback'; ref: Name; id: Name; body?: SyncBody }
  | { op: 'remove_done_callback'; ref: Name; id: Name }
  | { op: 'call_soon'; name?: Name; body: SyncBody }
  | { op: 'call_later'; d: number; name?: Name; body: SyncBody }
  | { op: 'call_at'; when: number; name?: Name; body: SyncBody }
  | { op: 'handle_cancel'; ref: Name }
  | { op: 'release'; ref: Name }
  | { op: 'notify'; ref: Name; n?: number }
  | { op: 'notify_all'; ref: Name }
  | { op: 'event_set' | 'event_clear'; ref: Name }
  | { op: 'put_nowait'; ref: Name; value: Value }
  | { op: 'get_nowait'; ref: Name; as?: Name }
  | { op: 'task_done'; ref: Name }
  | { op: 'shutdown'; ref: Name; immediate?: true }
  | { op: 'reschedule'; ref: Name; delay: number }
  | { op: 'reschedule'; ref: Name; when: number | null };

/** Control statements: in a callback their bodies hold no awaiting statement. */
export interface If<S> {
  op: 'if';
  cond: Condition;
  then: S[];
  else?: S[];
}
export interface Repeat<S> {
  op: 'repeat';
  n: number;
  body: S[];
}
export interface Try<S> {
  op: 'try';
  body: S[];
  except?: { types: ExceptionName[]; body: S[] }[];
  else?: S[];
  finally?: S[];
}

export type SyncStatement = SimpleStatement | If<SyncStatement> | Repeat<SyncStatement> | Try<SyncStatement>;
export type SyncBody = SyncStatement[];

/** Blocks that wait on entering, on leaving, or in between. */
export type BlockStatement =
  | { op: 'with'; ref: Name; body: Statement[] }
  | { op: 'taskgroup'; name: Name; body: Statement[]; reuse?: true }
  | { op: 'timeout'; name: Name; delay: number | null; body: Statement[]; reuse?: true }
  | { op: 'timeout_at'; name: Name; when: number | null; body: Statement[]; reuse?: true }
  | {
      op: 'as_completed';
      items: Expression[];
      timeout?: number;
      body?: Statement[];
      mode?: 'iter' | 'async';
      catch?: true;
    };

export type Statement =
  | SimpleStatement
  | If<Statement>
  | Repeat<Statement>
  | Try<Statement>
  | BlockStatement
  | (AwaitableForm & { as?: Name });

/** One line of a log: the virtual time, the label of the current task, what happened. */
export type LogLine = [time: number, task: string | null, text: string];

/** What CPython gave for a program. */
export interface Expectation {
  log: LogLine[];
  deadlock?: string[];
}

export interface Program {
  name: string;
  category: string;
  /** One sentence about what the program shows. */
  rule?: string;
  objects?: Record<Name, Declaration>;
  main: Statement[];
  expect?: Expectation;
}

/** What running a program gave; `error` only if the program is invalid or the run itself failed. */
export interface Outcome {
  log: LogLine[];
  /** Labels of the tasks that wait for ever. */
  deadlock?: string[];
  error?: string;
}
