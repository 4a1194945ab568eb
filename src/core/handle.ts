import { CODE } from '../trace/events.ts';
import type { Context } from './context.ts';
import { isCoroutine } from './coroutine.ts';
import { LoopExit } from './errors.ts';
import { tag } from './format.ts';
import type { EventLoop } from './loop.ts';
import type { Ready } from './ready-queue.ts';
import { running as shared } from './running.ts';
import type { Timer } from './timers.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/** The arguments of a callback without any: one array for all. */
export const NO_ARGUMENTS: readonly never[] = [];

/** A plain function a loop can call. */
// biome-ignore lint/suspicious/noExplicitAny: a callback's arguments are checked where it is scheduled
export type Callback = (...args: any[]) => unknown;

/**
 * One callback waiting for its turn. Mirrors `asyncio.Handle` (events.py).
 *
 * Made by `callSoon`. It waits in the ready queue until the loop runs it, once. Cancelled before that, it keeps its
 * place in the queue and is passed over. What the callback throws goes to the loop's exception handler, and the loop
 * goes on.
 *
 * @example
 * const handle = loop.callSoon(print, 'hello'); handle.cancel()
 */
export class Handle implements Ready {
  /** @internal */ readonly loop: EventLoop;
  /** The callback; null once cancelled. @internal */
  callback: Callback | null;
  /** @internal */ args: unknown;
  /** The context the callback runs in: captured when it was scheduled. @internal */
  context: Context | null;
  /** The number of the event that put it where it is; 0 without a trace. @internal */
  id: number;

  constructor(loop: EventLoop, callback: Callback, args: unknown, context: Context | null) {
    this.loop = loop;
    this.callback = callback;
    this.args = args;
    this.context = context;
    this.id = 0;
  }

  /** Keeps the callback from running, if it hasn't run yet. */
  cancel(): void {
    if (this.callback === null) return;
    this.callback = null;
    this.args = NO_ARGUMENTS;
    const { tracer } = this.loop;
    if (tracer.active && this.id > 0) this.traceCancel();
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this.callback === null;
  }

  /** @internal */
  called(): string {
    return this.callback === null ? 'a cancelled callback' : `${labelOf(this.callback)}()`;
  }

  /** As Python's `repr`: `<Handle print()>`. */
  toString(): string {
    return tag('Handle', this.called());
  }

  /** Takes its turn. Only the loop calls this. @internal */
  run(): void {
    const { callback, id } = this;
    this.id = 0; // it is in no queue any more
    if (callback === null) {
      const { tracer } = running;
      if (tracer !== null) tracer.emit(CODE['handle:skip'], id, id);
      return;
    }
    if (running.tracer !== null) running.tracer.cause = running.tracer.emit(CODE['handle:run'], id, id);
    if (this.context !== null) running.context = this.context;
    try {
      const result = this.call(callback);
      if (result !== undefined) refuseCoroutine(result, callback); // most give nothing
    } catch (error) {
      if (error instanceof LoopExit) throw error;
      this.loop.callExceptionHandler({
        message: `Exception in callback ${labelOf(callback)}`,
        exception: error,
        handle: this,
      });
    }
    running.context = null;
    const { tracer } = running;
    if (tracer !== null) tracer.emit(CODE['handle:end'], tracer.cause, id);
  }

  /** @internal */
  protected call(callback: Callback): unknown {
    const args = this.args as readonly unknown[];
    return args === NO_ARGUMENTS ? callback() : callback(...args);
  }

  /** @internal */
  protected traceCancel(): void {
    const { tracer } = this.loop;
    tracer.emit(CODE['handle:cancel'], tracer.cause, this.id);
  }
}

/**
 * A callback waiting for its time, and then for its turn. Mirrors `asyncio.TimerHandle` (events.py).
 *
 * Made by `callLater` and `callAt`. Cancelled before it is due it leaves the timers at once (asyncio leaves it there,
 * unseen); cancelled between its time and its turn it is passed over.
 */
export class TimerHandle extends Handle implements Timer {
  /** @internal */ slot: number;
  readonly #when: number;

  constructor(
    loop: EventLoop,
    when: number,
    callback: Callback,
    args: readonly unknown[],
    context: Context | null,
  ) {
    super(loop, callback, args, context);
    this.slot = -1;
    this.#when = when;
  }

  /** The virtual time it is due, in ms. */
  when(): number {
    return this.#when;
  }

  override toString(): string {
    return tag('TimerHandle', `when=${this.#when}`, this.called());
  }

  override cancel(): void {
    super.cancel();
    if (this.slot >= 0) this.loop.timers.remove(this);
  }

  /** @internal */
  onDue(): void {
    const { loop } = this;
    const { tracer } = loop;
    if (tracer.active)
      this.id = tracer.emit(CODE['timer:due'], this.id, this.id, 0, 0, labelOf(this.callback));
    loop.ready.push(this);
  }

  /** @internal */
  protected override traceCancel(): void {
    if (this.slot < 0) return super.traceCancel();
    const { tracer } = this.loop;
    tracer.emit(CODE['timer:cancel'], tracer.cause, this.id);
  }
}

/** The likely mistake where a callback gives something: to make a coroutine, and leave it at that. */
function refuseCoroutine(result: unknown, callback: Callback): void {
  if (!isCoroutine(result)) return;
  const name = labelOf(callback);
  throw new TypeError(
    `the callback ${name} made a coroutine that nobody awaits: a callback is a plain function. ` +
      `Start a task in it, createTask(${callback.name === '' ? '…' : `${name}()`})`,
  );
}

/** The name of a callback, for people. */
export function labelOf(callback: Callback | null): string {
  return callback?.name.replace(/^bound /, '') || '(anonymous)';
}
