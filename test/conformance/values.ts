/**
 * The values of programs that JSON has no word for, and the texts that values and objects have in the log.
 */
import {
  Barrier,
  Condition,
  Event,
  Future,
  Handle,
  Lock,
  Queue,
  Semaphore,
  Task,
  Timeout,
  TimerHandle,
} from '../../src/index.ts';
import { formatException } from './exceptions.ts';

/** A value in a priority queue, ordered by its priority alone. */
export class PriorityItem {
  readonly priority: number;
  readonly text: string;

  constructor(priority: number, text: string) {
    this.priority = priority;
    this.text = text;
  }
}

/** What `wait` gave, by name. */
export class WaitResult {
  readonly done: string[];
  readonly pending: string[];

  constructor(done: string[], pending: string[]) {
    this.done = done;
    this.pending = pending;
  }
}

/** The `a < b` of the priority queue: items by their priority, numbers and strings by themselves. */
export function hasPriority(a: unknown, b: unknown): boolean {
  return priorityOf(a) < priorityOf(b);
}

function priorityOf(value: unknown): number | string {
  return value instanceof PriorityItem ? value.priority : (value as number | string);
}

/** A value, as JSON writes it; exceptions and the objects above have texts of their own. */
export function format(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(format).join(',')}]`;
  if (value instanceof Error) return formatException(value);
  if (value instanceof PriorityItem) return `${value.priority}:${value.text}`;
  if (value instanceof WaitResult) return `done=[${value.done}] pending=[${value.pending}]`;
  if (value !== null && typeof value === 'object') return '?';
  return JSON.stringify(value ?? null);
}

/** How a future stands. */
export function settlement(future: Future<unknown>): string {
  if (!future.done()) return 'pending';
  if (future.cancelled()) return 'cancelled';
  const exception = future.exception();
  return exception ? `exception ${formatException(exception)}` : `result ${format(future.result())}`;
}

/** The state of whatever a name is bound to. */
export function stateOf(object: unknown): string {
  if (object instanceof Task) return `${settlement(object)} cancelling=${object.cancelling()}`;
  if (object instanceof Future) return settlement(object);
  if (object instanceof Lock || object instanceof Semaphore || object instanceof Condition) {
    return object.locked() ? 'locked' : 'unlocked';
  }
  if (object instanceof Event) return object.isSet() ? 'set' : 'unset';
  if (object instanceof Barrier) {
    return `waiting=${object.nWaiting} parties=${object.parties} broken=${object.broken}`;
  }
  if (object instanceof Queue) return `size=${object.qsize()} empty=${object.empty()} full=${object.full()}`;
  if (object instanceof Timeout) return `when=${format(object.when())} expired=${object.expired()}`;
  if (object instanceof TimerHandle) return `cancelled=${object.cancelled()} when=${format(object.when())}`;
  if (object instanceof Handle) return `cancelled=${object.cancelled()}`;
  return format(object);
}
