import { describeValue, ValueError } from './errors.ts';
import { running } from './running.ts';

/** What takes time in a program, and was declared to: for `adjust`, which may have it take longer or less. */
export interface Duration {
  /**
   * `sleep` is that of a coroutine, and `blocked` in a thread; `compute` and `block` are what holds up a loop or script;
   * `request` is the time in a channel of a device; `busy` is CPU time of a thread.
   */
  readonly kind: 'sleep' | 'compute' | 'block' | 'request' | 'busy';
  /** The name of the task whose it is; '' if it is no task's. */
  readonly task: string;
  /** The name of the thread whose it is; '' if it is no thread's. */
  readonly thread: string;
  /** What it was called; '' if it has no name, as a sleep. */
  readonly label: string;
  /** The name of the device, where it is a request; else ''. */
  readonly device: string;
}

/** Gives the ms that something takes instead of those it would. */
export type Adjust = (duration: Duration, ms: number) => number;

/** Whose a duration is. */
export type DurationOwner = Pick<Duration, 'task' | 'thread'>;

/** The task that runs. @internal */
export function ownerHere(): DurationOwner {
  return { task: running.task?.getName() ?? '', thread: '' };
}

/** Asks what a duration is to be. Throws a ValueError for what is no time. @internal */
export function adjusted(
  adjust: Adjust,
  ms: number,
  kind: Duration['kind'],
  label = '',
  owner: DurationOwner = ownerHere(),
  device = '',
): number {
  const given = adjust({ kind, ...owner, label, device }, ms);
  if (typeof given === 'number' && given >= 0 && given < Number.POSITIVE_INFINITY) return given;
  const whose = owner.task || owner.thread;
  throw new ValueError(
    `adjust gives a number of ms, 0 or more, got ${describeValue(given)} for the ${kind}${label && ` ${label}`}${whose && ` of ${whose}`}`,
  );
}
