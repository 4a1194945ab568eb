/**
 * What the stepper shows of a run is what the run was: at every event, the state under the cursor is that of the same program
 * run again and stopped there. Two judges say so. One is the log of a run that was stopped at that very event. The other are the live
 * objects of a run that was stopped between two handles or in the middle of a step, which know nothing of a log; in between, in
 * the middle of the loop's own work, its objects are between two states and have no picture.
 */

import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  EventLoop,
  Future,
  Recorder,
  run,
  runScript,
  runThreads,
  stateAt,
  Thread,
  ThreadLock,
  TraceLimitError,
  type TraceSink,
} from '../../src/index.ts';
import { BEGINNING, frame, press, Steppable } from '../../src/stepper/index.ts';
import { runProgram } from '../conformance/adapter.ts';
import { loadPrograms, programFiles } from '../conformance/corpus.ts';
import { type Heard, type Picture, pictureOfLoop, pictureOfState } from '../support/snapshot.ts';
import { programOf, tasksAtRandom } from '../testing/random-programs.ts';

/** Something that can be run again and again, always from a fresh start. */
type Rerun = (trace: TraceSink, heard?: (line: string) => void) => void;

const ofTasks = (tasks: Parameters<typeof programOf>[0]): Rerun => {
  return (trace, print = () => {}) => {
    try {
      run(programOf(tasks), { trace, print, name: 'main', exceptionHandler: () => {} });
    } catch {
      // Some programs fail; what counts here is how they got there.
    }
  };
};

const threadsAtRandom = fc.array(
  fc.array(fc.record({ do: fc.constantFrom('busy', 'blocked', 'lock'), ms: fc.nat(9) }), { maxLength: 5 }),
  { minLength: 1, maxLength: 4 },
);

const ofThreads = (plans: readonly (readonly { do: string; ms: number }[])[]): Rerun => {
  return (trace) => {
    const lock = new ThreadLock('lock');
    function* follow(plan: (typeof plans)[number]): Coroutine<void> {
      for (const { do: what, ms } of plan) {
        if (what === 'busy') yield* busy(ms);
        else if (what === 'blocked') yield* blocked(ms);
        else yield* lock.run(() => busy(ms));
      }
    }
    try {
      runThreads(
        function* () {
          const threads = plans.map((plan) => new Thread(() => follow(plan)).start());
          for (const thread of threads) yield* thread.join();
        },
        { trace, print: () => {}, cores: 2 },
      );
    } catch (error) {
      if (!(error instanceof TraceLimitError)) throw error;
    }
  };
};

function steppable(program: Rerun): Steppable {
  const recorder = new Recorder();
  program(recorder);
  return new Steppable(recorder.toTrace());
}

/** Moves through all events of a run in a random order, so that no state is only the neighbour of the last one. */
const shuffled = (length: number, seed: number): number[] => {
  const order = Array.from({ length }, (_, i) => i + 1);
  return order.sort((a, b) => ((a * 7919 + seed) % 104729) - ((b * 7919 + seed) % 104729));
};

/** At every event: the cursor shows what a run shows that had room for no more events than those. */
function expectStatesOfStoppedRuns(program: Rerun, every = 1): void {
  const on = steppable(program);
  for (const seq of shuffled(on.trace.length, 17)) {
    if (seq % every !== 0) continue;
    const stopped = new Recorder({ maxEvents: seq });
    program(stopped);
    expect(stopped.length).toBe(seq);
    expect(on.stateAt(seq)).toEqual(stateAt(stopped.toTrace(), seq));
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

const corpus = programFiles(fileURLToPath(new URL('../conformance/programs', import.meta.url))).flatMap(
  loadPrograms,
);

describe('the state under the cursor is that of a run stopped at this event', { timeout: 60_000 }, () => {
  it('in programs of tasks at random, at every event', () => {
    fc.assert(
      fc.property(tasksAtRandom, (tasks) => expectStatesOfStoppedRuns(ofTasks(tasks))),
      { numRuns: 25 },
    );
  });

  it('in programs of threads at random, at every event', () => {
    fc.assert(
      fc.property(threadsAtRandom, (plans) => expectStatesOfStoppedRuns(ofThreads(plans))),
      { numRuns: 25 },
    );
  });

  it('in programs of the corpus', () => {
    for (const { expect: _, ...program } of corpus.filter((_, i) => i % 9 === 0)) {
      const again: Rerun = (trace) => {
        try {
          runScript(() => runProgram(program as never), { trace });
        } catch (error) {
          if (!(error instanceof TraceLimitError)) throw error;
        }
      };
      expectStatesOfStoppedRuns(again, 7);
    }
  });
});

/** Thrown to stop a run: nobody catches it who has no business to. */
class Stopped extends Error {}

/**
 * Runs a program a handle at a time, and looks at the live loop after each and whenever the program prints; stops when `look`
 * says so.
 */
function watched(program: Rerun, recorder: Recorder, look: (picture: () => Picture) => boolean): void {
  const heard: Heard = { output: [], errors: [] };
  let current: EventLoop | null = null;
  let isStopped = false;
  const lookAt = () => {
    if (isStopped || current === null) return;
    const loop = current;
    if (!look(() => pictureOfLoop(loop, heard))) return;
    isStopped = true;
  };
  vi.spyOn(EventLoop.prototype, 'runUntilComplete').mockImplementation(function byHandles(
    this: EventLoop,
    main,
  ) {
    current = this;
    const future = main instanceof Future ? main : this.createTask(main);
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    future.addDoneCallback(over);
    while (!isOver || this.remaining > 0) {
      if (!this.runHandle()) this.runForever(); // says why nothing can happen any more
      lookAt();
      if (isStopped) throw new Stopped();
    }
    future.removeDoneCallback(over);
    return future.result();
  });
  program(recorder, (line) => {
    heard.output.push(line);
    lookAt();
  });
  vi.restoreAllMocks();
}

describe('the state under the cursor is that of the live objects of a run stopped there', {
  timeout: 60_000,
}, () => {
  it('between any two handles, and where a program prints in the middle of a step', () => {
    let looks = 0;
    fc.assert(
      fc.property(tasksAtRandom, (tasks) => {
        const program = ofTasks(tasks);
        const whole = new Recorder();
        const moments: number[] = [];
        watched(program, whole, () => {
          moments.push(whole.length);
          return false;
        });
        const on = new Steppable(whole.toTrace());
        for (const place of shuffled(moments.length, 5)) {
          const recorder = new Recorder();
          let seen = 0;
          let live: Picture | undefined;
          watched(program, recorder, (picture) => {
            if (++seen < place) return false;
            live = picture();
            return true;
          });
          const { errors: _, ...told } = pictureOfState(on.stateAt(moments[place - 1]!));
          const { errors: __, ...there } = live!;
          expect(told).toEqual(there);
          looks++;
        }
      }),
      { numRuns: 50 },
    );
    expect(looks).toBeGreaterThan(500);
  });
});

describe('stepping on and back a thousand times at random', { timeout: 60_000 }, () => {
  it.each<[string, fc.Arbitrary<Rerun>]>([
    ['tasks', tasksAtRandom.map(ofTasks)],
    ['threads', threadsAtRandom.map(ofThreads)],
  ])('over any program of %s shows what the fold from its start gives', (_, programs) => {
    const screen = { columns: 90, rows: 30 };
    fc.assert(
      fc.property(programs, fc.infiniteStream(fc.boolean()), (program, ways) => {
        const on = steppable(program);
        let state = BEGINNING;
        let steps = 0;
        for (const isBack of ways) {
          // More on than back, until the end: so all of the run is seen.
          const key = isBack && steps % 3 !== 0 ? 'left' : 'right';
          state = press(on, state, key);
          expect(on.stateAt(state.seq)).toEqual(stateAt(on.trace, state.seq));
          if (++steps === 1000) break;
        }
        const fresh = new Steppable(on.trace);
        expect(frame(on, state, screen)).toBe(frame(fresh, { ...BEGINNING, seq: state.seq }, screen));
      }),
      { numRuns: 15 },
    );
  });
});
