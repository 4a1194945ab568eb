import type { Thread } from './thread.ts';

/** Which thread's code runs right now; one record, as `running` is for the loop. @internal */
export const onStage: { thread: Thread<unknown> | null } = { thread: null };

/** The thread whose code runs right now; null in the loop's own and outside. Mirrors `threading.current_thread`. */
export function currentThread(): Thread<unknown> | null {
  return onStage.thread;
}
