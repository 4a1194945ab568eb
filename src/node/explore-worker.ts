/** The other half of crew.ts: a thread that explores its part of the schedules of a program. */

import { parentPort, workerData } from 'node:worker_threads';
import { type Witness, wordsOf } from '../explore/attempt.ts';
import {
  BETWEEN_ENDS,
  exploreWatched,
  type Failure,
  type Met,
  NotRepeatableError,
  partOf,
  type Watch,
} from '../explore/explore.ts';
import { strategyOf } from '../explore/strategies/named.ts';
import { errorWords } from '../views/error-words.ts';
import { CELL, type News, NO_MORE, setFirst, type Task, turnOf } from './crew.ts';
import { CurrentRun, Gate } from './current-run.ts';
import { scriptAt } from './explore-file.ts';

const task: Task = workerData;
const { cells, index, of, all } = task;
const tell = (news: News, transfer: ArrayBuffer[] = []) => parentPort!.postMessage(news, transfer);

try {
  const script = await scriptAt(task.file, task.part);
  parentPort!.once('message', () => work(script));
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'problem', text: `can't load ${task.file}, which was loaded before: ${errorWords(error)}` });
}

function work(script: () => unknown): void {
  try {
    const follower = new Follower();
    const program = () => {
      Atomics.add(cells, CELL.begun(index), 1n);
      return script();
    };
    const { strategy, shard, seconds, adversarial, find } = task;
    const { isComplete, note, leavesOut } = exploreWatched(
      program,
      {
        strategy: partOf(strategyOf(strategy), shard),
        shard: `${index + 1}/${of}`,
        runs: Number.MAX_SAFE_INTEGER,
        seconds,
        adversarial,
        all,
        captureConsole: true,
        ...find,
        onProgress: ({ share }) => follower.report(share),
      },
      follower,
    );
    follower.report(1);
    tell({ kind: 'done', isComplete, note, hasRanges: leavesOut.includes(BETWEEN_ENDS) });
  } catch (error) {
    tell(
      error instanceof NotRepeatableError
        ? {
            kind: 'not repeatable',
            schedule: error.schedule,
            error: String(error.error),
            reality: error.reality,
          }
        : { kind: 'problem', text: errorWords(error) },
    );
  }
}

/** Keeps to what was agreed with the others, and tells how it goes. */
class Follower implements Watch {
  readonly witness: Witness;
  readonly #current = new CurrentRun(task.memory);
  /** Runs that were told before, by one who had to be given up. */
  #known = task.known;
  #share = 0;

  constructor() {
    this.witness = new Gate(this.#current, task.endless);
  }

  mayGoOn(runs: number): boolean {
    this.#current.run = runs + 1;
    for (;;) {
      if (BigInt(turnOf(runs + 1, task)) > Atomics.load(cells, CELL.first)) return false;
      const quota = Atomics.load(cells, CELL.quota(index));
      if (quota === NO_MORE) return false;
      if (BigInt(runs) < quota) return true;
      this.report(this.#share);
      tell({ kind: 'waits' });
      Atomics.wait(cells, CELL.quota(index), quota);
    }
  }

  ran(schedule: number): void {
    if (this.#known > 0) this.#known--;
    else if (!this.#current.ran(schedule)) this.report(this.#share);
  }

  fails({ words, error, run }: Met, schedule: string): void {
    // As it is now: if a shorter schedule has no end, this is all that is left.
    const found = { schedule, passing: null, words, message: String(error), turn: turnOf(run, task) };
    tell({ kind: 'found', found });
    if (all) return;
    setFirst(cells, turnOf(run, task));
  }

  found(failure: Failure): void {
    const { schedule, passing, error, run } = failure;
    tell({
      kind: 'found',
      found: {
        schedule,
        passing: passing?.schedule ?? null,
        words: wordsOf(failure),
        message: String(error),
        turn: turnOf(run, task),
      },
    });
  }

  report(share: number): void {
    this.#share = share;
    const schedules = this.#current.takeUntold();
    tell({ kind: 'progress', share, schedules }, [schedules.buffer as ArrayBuffer]);
  }
}
