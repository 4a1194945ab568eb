import { describeValue, ValueError } from './errors.ts';
import { running } from './running.ts';

/** Whose something is, in plain data. */
export interface Owner {
  /** `task`, or what else there is that runs. */
  readonly kind: string;
  readonly name: string;
}

/** What takes time in a program, and was declared to: for `adjust`, which may have it take longer or less. */
export interface Duration {
  /**
   * `sleep` is time that passes without the CPU; `compute` and `block` are what holds up a loop or script; `request` is the
   * time in a channel of a device; `busy` is CPU time of somebody who shares the CPU with the loop.
   */
  readonly kind: 'sleep' | 'compute' | 'block' | 'request' | 'busy';
  /** Whose it is; null: nobody's, as that of a callback or of plain code. */
  readonly owner: Owner | null;
  /** What it was called; '' if it has no name, as a sleep. */
  readonly label: string;
  /** The name of the device, where it is a request; else ''. */
  readonly device: string;
}

/** Gives the ms that something takes instead of those it would. */
export type Adjust = (duration: Duration, ms: number) => number;

/** The task that runs. @internal */
export function ownerHere(): Owner | null {
  return running.turn.task === null ? null : { kind: 'task', name: running.turn.task.getName() };
}

/** Asks what a duration is to be. Throws a ValueError for what is no time. @internal */
export function adjusted(
  adjust: Adjust,
  ms: number,
  kind: Duration['kind'],
  label = '',
  owner: Owner | null = ownerHere(),
  device = '',
): number {
  const given = adjust({ kind, owner, label, device }, ms);
  if (typeof given === 'number' && given >= 0 && given < Number.POSITIVE_INFINITY) return given;
  throw new ValueError(
    `adjust gives a number of ms, 0 or more, got ${describeValue(given)} for the ${kind}${label && ` ${label}`}${owner === null ? '' : ` of ${owner.name}`}`,
  );
}
