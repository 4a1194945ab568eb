import type { TraceEvent } from './events.ts';

/**
 * The event with which cleaning up begins, by its `seq`; null if nothing was cleaned up.
 *
 * After a deadlock `run` cancels what is left, and a picture with that in it would show cancelled tasks where the reader looks for
 * waiting ones.
 */
export function cleanUpOf(trace: Iterable<TraceEvent>): number | null {
  let depth = 0;
  let loop = 0;
  let begin: number | null = null;
  for (const event of trace) {
    switch (event.kind) {
      case 'loop:run':
        if (event.loop !== loop) begin = null;
        loop = event.loop;
        depth = 0;
        break;
      case 'task:step':
      case 'handle:run':
        depth++;
        break;
      case 'task:wait':
      case 'task:yield':
      case 'task:done':
      case 'handle:end':
        depth--;
        break;
      case 'task:cancel':
        // Outside of any step: nobody in the program did this.
        if (depth === 0) begin ??= event.seq;
        break;
    }
  }
  return begin;
}
