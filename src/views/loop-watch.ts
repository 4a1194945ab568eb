/** Whether a loop runs, as far as a log has been read: what happens outside of one is the script's around it. */

import type { TraceEvent } from '../trace/events.ts';

export class LoopWatch {
  #runs: boolean;

  constructor() {
    this.#runs = false;
  }

  /** Learns what an event tells. */
  see(event: TraceEvent): void {
    switch (event.kind) {
      // A part of a trace may begin in the middle of a run: what only a loop does says that one runs.
      case 'loop:run':
      case 'iteration':
      case 'task:step':
      case 'handle:run':
        this.#runs = true;
        break;
      case 'loop:return':
      case 'loop:close':
        this.#runs = false;
        break;
    }
  }

  get runs(): boolean {
    return this.#runs;
  }

  /** Whether an event is the script's: done in no task, by the plain code around the loops, while none runs. */
  isScript({ task }: { readonly task: number }): boolean {
    return task === 0 && !this.#runs;
  }
}
