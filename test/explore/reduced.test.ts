import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exhaustive, explore, reduced } from '../../src/explore/index.ts';
import {
  allTasks,
  always,
  busy,
  type Coroutine,
  createTask,
  Event,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  QueueFull,
  runThreads,
  Semaphore,
  type Shared,
  shared,
  sleep,
  type Task,
  Thread,
  TimeoutError,
  wait,
  waitFor,
} from '../../src/index.ts';

const count = (program: () => unknown, options = {}) =>
  [exhaustive(), reduced()].map((strategy) => {
    const { runs, isComplete } = explore(program, { strategy, runs: 20_000, ...options });
    expect(isComplete).toBe(true);
    return runs;
  });

/** `n` tasks wake up at one moment, do something in that step, and sleep on: `at(i)` says what. */
const meeting = (n: number, at: (i: number) => void) =>
  function* (): Coroutine<void> {
    function* one(i: number): Coroutine<void> {
      yield* sleep(5);
      at(i);
      yield* sleep(5 + i); // and are over at different times
    }
    yield* gather(Array.from({ length: n }, (_, i) => createTask(one(i), { name: `t${i}` })));
  };

describe('of orders that lead to the same state', () => {
  it('one is run: of n tasks that touch nothing in common, 1 of n!', () => {
    expect(count(meeting(4, () => {}))).toEqual([24, 1]);
    expect(
      count(function* (): Coroutine<void> {
        const cells = [0, 1, 2, 3].map((i) => shared(0, `own ${i}`));
        yield* meeting(4, (i) => {
          cells[i]!.value++;
        })();
      }),
    ).toEqual([24, 1]);
  });

  it('all are run where all touch one cell, and where they only look at it, one', () => {
    const touching = (what: (cell: Shared<number>) => unknown) =>
      function* (): Coroutine<void> {
        const cell = shared(0);
        yield* meeting(3, () => void what(cell))();
      };
    expect(count(touching((cell) => cell.value++))).toEqual([6, 6]); // 3!
    expect(count(touching((cell) => cell.value))).toEqual([6, 1]);
  });

  it('those are run in which pairs differ that have a cell in common: 2! × 2! of 4!', () => {
    expect(
      count(function* (): Coroutine<void> {
        const cells = [shared(0), shared(0)];
        yield* meeting(4, (i) => {
          cells[i % 2]!.value++;
        })();
      }),
    ).toEqual([24, 4]);
  });

  it('what joins the ready queue stays in its order there, so that counts', () => {
    // Each gives way once: who is first has the first turn afterwards.
    const giving = function* (): Coroutine<void> {
      function* one(i: number): Coroutine<void> {
        yield* sleep(5);
        yield* sleep(0);
        yield* sleep(5 + i);
      }
      yield* gather([0, 1, 2].map((i) => createTask(one(i))));
    };
    expect(count(giving)).toEqual([6, 6]);
  });

  it('to look whether a lock is held, or an event set, is to depend on who takes it, or sets it', () => {
    const looking = (look: (event: Event) => unknown, set: (event: Event) => void) =>
      function* (): Coroutine<void> {
        const event = new Event();
        yield* meeting(2, (i) => void (i === 0 ? look(event) : set(event)))();
      };
    const nothing = () => {};
    expect(count(looking((event) => event.isSet(), nothing))).toEqual([2, 1]);
    expect(
      count(
        looking(
          (event) => event.isSet(),
          (event) => event.set(),
        ),
      ),
    ).toEqual([2, 2]);
    expect(count(looking(nothing, (event) => event.set()))).toEqual([2, 1]);
    // To clear one that is clear, or to set one that is set, changes nothing, and yet it matters whether that comes first.
    const clearing = looking(
      (event) => event.clear(),
      (event) => event.set(),
    );
    expect(count(clearing)).toEqual([2, 2]);
  });

  it('latencies are no orders: each of its ends is run', () => {
    // The ready queue is permuted here, in which there are 2! orders of the first steps, and what follows.
    const [all, some] = count(
      meeting(2, () => {}),
      { adversarial: true },
    );
    expect(some).toBeLessThan(all!);
  });
});

describe('it does without, and says so', () => {
  const note = (program: () => unknown) => {
    const found = explore(program, { strategy: reduced(), runs: 2000 });
    expect(found.isComplete).toBe(true);
    return `${found.runs}: ${found.note}`;
  };

  it('where there are threads', () => {
    const threads = () =>
      runThreads(function* () {
        const body = function* (): Coroutine<void> {
          yield* busy(1);
        };
        const both = ['a', 'b'].map((name) => new Thread(body, { name }).start());
        for (const thread of both) yield* thread.join();
      });
    expect(note(threads)).toBe(
      `${explore(threads).runs}: not reduced, every schedule was run: there are threads, and their turns leave no footprints`,
    );
  });

  it('where the program claims something of every moment', () => {
    expect(
      note(function* (): Coroutine<void> {
        always(() => true);
        yield* meeting(3, () => {})();
      }),
    ).toBe(
      '6: not reduced, every schedule was run: always() and eventually() look at every moment between two steps',
    );
  });

  it('and begins anew where that comes late', () => {
    expect(
      note(function* (): Coroutine<void> {
        const cell = shared('');
        yield* meeting(2, (i) => {
          cell.value ||= `t${i}`;
        })();
        if (cell.value === 't1') always(() => true);
        yield* meeting(2, () => {})();
      }),
    ).toBe(
      '6: not reduced, every schedule was run: always() and eventually() look at every moment between two steps',
    );
  });

  it('not where a closure variable is shared: there it misses what happens', () => {
    const closure = (isCell: boolean) =>
      function* (): Coroutine<void> {
        const cell = shared('', 'last');
        let last = '';
        yield* meeting(2, (i) => {
          if (isCell) cell.value = `t${i}`;
          else last = `t${i}`;
        })();
        if ((isCell ? cell.value : last) === 't0') throw new Error('t0 was last');
      };
    const failures = (isCell: boolean) => explore(closure(isCell), { strategy: reduced() }).failures.length;
    expect([failures(false), failures(true)]).toEqual([0, 1]);
    expect(explore(closure(false)).failures.length).toBe(1);
  });
});

// ---- nothing is lost, for all programs ------------------------------------------------------------------

type Op =
  | { readonly op: 'sleep'; readonly ms: number }
  | { readonly op: 'read' | 'write' | 'add'; readonly cell: number }
  | { readonly op: 'lock' | 'permit'; readonly ms: number }
  | {
      readonly op:
        | 'put'
        | 'get'
        | 'set'
        | 'clear'
        | 'wait'
        | 'look'
        | 'print'
        | 'spawn'
        | 'later'
        | 'within'
        | 'stop'
        | 'pause'
        | 'done'
        | 'join'
        | 'callback'
        | 'both'
        | 'await';
    };

const cell = fc.integer({ min: 0, max: 1 });
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constantFrom('read' as const, 'write' as const, 'add' as const), cell }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constantFrom('lock' as const, 'permit' as const),
      ms: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constantFrom(
        ...([
          'pause',
          'pause',
          'put',
          'get',
          'set',
          'clear',
          'wait',
          'look',
          'print',
          'spawn',
          'later',
          'within',
          'stop',
          'done',
          'join',
          'callback',
          'both',
          'await',
        ] as const),
      ),
    }),
  },
);
/** A task wakes up again and again, mostly at the moment at which others do, and does something. */
const round = fc
  .tuple(fc.constantFrom(1, 1, 1, 2), fc.array(op, { minLength: 1, maxLength: 3 }))
  .map(([ms, ops]): Op[] => [{ op: 'sleep', ms }, ...ops]);
const programs = fc.array(
  fc.array(round, { minLength: 1, maxLength: 2 }).map((rounds) => rounds.flat()),
  { minLength: 2, maxLength: 3 },
);

/** Runs a program by a strategy, and gives everything that came of it: output, cells, how it ended. */
function outcomes(
  tasks: readonly (readonly Op[])[],
  strategy: ReturnType<typeof exhaustive>,
  adversarial: boolean,
) {
  const seen = new Set<string>();
  let output: string[] = [];
  let cells: Shared<string>[] = [];
  const end = (how: string) => seen.add([...output, ...cells.map((one) => one.peek()), how].join(' · '));
  const program = function* (): Coroutine<void> {
    output = [];
    cells = [shared('', 'x'), shared('', 'y')];
    const [lock, permits, queue, event] = [
      new Lock('l'),
      new Semaphore(1, 's'),
      new Queue<string>(1, 'q'),
      new Event('e'),
    ];
    const jobs = new Queue<number>(0, 'jobs');
    for (const job of [1, 2]) jobs.putNowait(job);
    const handles: Task<void>[] = [];
    function* body(name: string, ops: readonly Op[]): Coroutine<void> {
      let seenLast = '';
      let isDone = false;
      for (const one of ops) {
        const say = (text: string) => {
          getRunningLoop().print(`${name} ${text}`);
          output.push(`${name} ${text}`);
        };
        switch (one.op) {
          case 'sleep':
            yield* sleep(one.ms);
            break;
          case 'read':
            seenLast = cells[one.cell]!.value;
            break;
          case 'write':
            cells[one.cell]!.value = `${name}(${seenLast})`;
            break;
          case 'add':
            cells[one.cell]!.value += name;
            break;
          case 'lock':
            yield* lock.run(() => sleep(one.ms));
            break;
          case 'permit':
            yield* permits.run(() => sleep(one.ms));
            break;
          case 'put':
            try {
              queue.putNowait(name);
            } catch (error) {
              if (!(error instanceof QueueFull)) throw error;
              seenLast = 'full';
            }
            break;
          case 'get':
            seenLast = yield* queue.get();
            break;
          case 'set':
            event.set();
            break;
          case 'clear':
            event.clear();
            break;
          case 'wait':
            yield* event.wait();
            break;
          case 'look':
            seenLast = `${event.isSet()} ${lock.locked()} ${queue.qsize()} ${permits.locked()}`;
            break;
          case 'print':
            say(seenLast);
            break;
          case 'spawn':
            yield* createTask(
              body(
                `${name}'`,
                ops.slice(ops.indexOf(one) + 1).filter((next) => next.op !== 'spawn'),
              ),
            );
            break;
          case 'later':
            getRunningLoop().callLater(1, () => {
              cells[0]!.value += `${name}~`;
            });
            break;
          case 'within':
            try {
              yield* waitFor(event.wait(), 1);
            } catch (error) {
              if (!(error instanceof TimeoutError)) throw error;
              seenLast = 'late';
            }
            break;
          case 'stop':
            for (const other of allTasks()) if (other.name === 'a' && name !== 'a') other.cancel();
            break;
          case 'done':
            // Each of two tasks is done with one job.
            if (!isDone && (name === 'a' || name === 'b')) jobs.taskDone();
            isDone = true;
            break;
          case 'join':
            yield* jobs.join();
            break;
          case 'callback':
            handles[1]!.addDoneCallback(() => {
              cells[0]!.value += `${name}!`;
            });
            break;
          case 'both':
            if (name[0] !== 'b') yield* gather([handles[1]!], { returnExceptions: true });
            break;
          case 'await':
            if (name[0] !== 'b') yield* wait([handles[1]!]);
            break;
          case 'pause':
            yield* sleep(0);
            break;
        }
      }
      // All but one end at times of their own; and what each saw last is seen.
      if (name !== 'b') yield* sleep(20 + 5 * name.charCodeAt(0) + name.length);
      cells[1]!.value += `${name}(${seenLast}).`;
    }
    for (const [i, ops] of tasks.entries())
      handles.push(createTask(body('abc'[i]!, ops), { name: 'abc'[i]! }));
    yield* gather(handles, { returnExceptions: true });
  };
  const whole = function* (): Coroutine<void> {
    try {
      yield* program();
      end('well');
    } finally {
      end('over'); // also where it stands still: then it is cancelled
    }
  };
  const { isComplete, failures } = explore(whole, {
    strategy,
    adversarial,
    runs: 3000,
    all: true,
    ignore: ['race', 'leak'],
  });
  for (const { error } of failures) seen.add(String(error).replace(/event \d+|\d+ ms/g, 'n'));
  return { seen: [...seen].sort(), isComplete };
}

describe('nothing that can come of a program is lost', () => {
  it.each([
    ['as asyncio has it', false, 1000],
    ['with the ready queue permuted', true, 40],
  ])('%s', (_, adversarial, numRuns) => {
    let compared = 0;
    fc.assert(
      fc.property(programs, (tasks) => {
        const all = outcomes(tasks, exhaustive(), adversarial);
        if (!all.isComplete) return; // too many to compare
        compared++;
        expect(outcomes(tasks, reduced(), adversarial)).toEqual(all);
      }),
      { numRuns },
    );
    expect(compared).toBeGreaterThan(numRuns / 4);
  });
});
