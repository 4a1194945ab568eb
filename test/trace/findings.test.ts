import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allTasks,
  Barrier,
  type Bounds,
  Condition,
  type Coroutine,
  createTask,
  DeadlockError,
  Event,
  FindingsFolder,
  findings,
  gather,
  getRunningLoop,
  Lock,
  loadTrace,
  Queue,
  Recorder,
  runScript,
  Semaphore,
  saveTrace,
  shared,
  sleep,
  TimeoutError,
  timeout,
} from '../../src/index.ts';

/** What is found in a run; and that it is the same in the run itself, and in the saved trace. */
function found(program: () => unknown, bounds: Bounds = {}): string[] {
  const run = (trace: Recorder | FindingsFolder) => {
    try {
      runScript(program, { name: 'main', trace, print: () => {}, exceptionHandler: () => {} });
    } catch (error) {
      if (!(error instanceof DeadlockError)) throw error;
    }
  };
  const recorder = new Recorder();
  const folder = new FindingsFolder(bounds);
  run(recorder);
  run(folder);
  const all = findings(recorder.toTrace(), bounds);
  expect(folder.findings()).toEqual(all);
  expect(findings(loadTrace(saveTrace(recorder.toTrace())), bounds)).toEqual(all);
  return all.map(({ kind, text }) => `${kind}: ${text.replace(/ \(event \d+\)|, event \d+/g, '')}`);
}

describe('a race', () => {
  const counting = (add: (cell: ReturnType<typeof shared<number>>) => Coroutine<void>) =>
    function* (): Coroutine<void> {
      const cell = shared(0, 'counter');
      yield* gather(createTask(add(cell), { name: 'ann' }), createTask(add(cell), { name: 'bob' }));
    };

  it('is to write what one has read before somebody else wrote it', () => {
    expect(
      found(
        counting(function* (cell) {
          const seen = cell.value;
          yield* sleep(1);
          cell.value = seen + 1;
        }),
      ),
    ).toEqual(['race: bob read counter at 0 ms and wrote it at 1 ms, and ann wrote it in between, at 1 ms']);
  });

  it('is not to read it again just before; nor to write without having read; nor to read alone', () => {
    expect(
      found(
        counting(function* (cell) {
          while (cell.value < 0) yield* sleep(1);
          yield* sleep(1);
          cell.value += 1; // reads and writes in one step
        }),
      ),
    ).toEqual([]);
    expect(
      found(
        counting(function* (cell) {
          yield* sleep(1);
          cell.value = 7;
        }),
      ),
    ).toEqual([]);
  });

  it('is not what a lock keeps apart', () => {
    const locked = () => {
      const lock = new Lock();
      return counting((cell) =>
        lock.run(function* () {
          const seen = cell.value;
          yield* sleep(1);
          cell.value = seen + 1;
        }),
      )();
    };
    expect(found(locked)).toEqual([]);
  });

  it('is to write again what one has read and written once, when somebody else has written it since', () => {
    expect(
      found(function* (): Coroutine<void> {
        const stock = shared(10, 'stock');
        function* ann(): Coroutine<void> {
          const seen = stock.value;
          stock.value = seen - 1;
          yield* sleep(10);
          stock.value = seen - 2;
        }
        function* bob(): Coroutine<void> {
          yield* sleep(5);
          stock.value -= 1;
        }
        yield* gather(createTask(ann(), { name: 'ann' }), createTask(bob(), { name: 'bob' }));
      }),
    ).toEqual([
      'race: ann wrote stock at 0 ms and wrote it again, unread, at 10 ms, and bob wrote it in between, at 5 ms',
    ]);
  });

  it('is told once for those it is between, however often it happens', () => {
    const races = found(
      counting(function* (cell) {
        for (let i = 0; i < 5; i++) {
          const seen = cell.value;
          yield* sleep(1);
          cell.value = seen + 1;
        }
      }),
    );
    expect(races.map((race) => race.replace(/\d/g, 'n'))).toEqual([
      'race: bob read counter at n ms and wrote it at n ms, and ann wrote it in between, at n ms',
      'race: ann read counter at n ms and wrote it at n ms, and bob wrote it in between, at n ms',
    ]);
  });
});

describe('a deadlock', () => {
  const crossing = (after: () => Coroutine<void>, limit: number | null = null) =>
    function* (): Coroutine<void> {
      const [left, right] = [new Lock('left'), new Lock('right')];
      function* both(first: Lock, second: Lock): Coroutine<void> {
        yield* first.run(function* () {
          yield* sleep(1);
          const taken = () => second.run(() => sleep(1));
          if (limit === null) return yield* taken();
          try {
            yield* timeout(limit, taken);
          } catch (error) {
            if (!(error instanceof TimeoutError)) throw error;
          }
        });
      }
      createTask(both(left, right), { name: 'a' });
      createTask(both(right, left), { name: 'b' });
      yield* after();
    };
  const ring =
    'deadlock: a waits (lock.acquire right, held by b); b waits (lock.acquire left, held by a): for ever';

  it('is found in some, while the others go on and come to their end', () => {
    expect(found(crossing(() => sleep(50)))).toEqual([ring]);
  });

  it('is none where a timeout cuts it, or would have, if the program had not ended first', () => {
    expect(found(crossing(() => sleep(50), 10))).toEqual([]);
    expect(found(crossing(() => sleep(5), 10))).toEqual([]);
  });

  it('is none where a timeout may still cut it from further out, and one where that is about something else', () => {
    function* patient(): Coroutine<void> {
      yield* timeout(30, () => gather(...allTasks().filter(({ name }) => name === 'a' || name === 'b')));
    }
    function* elsewhere(): Coroutine<void> {
      yield* timeout(30, () => new Event().wait());
    }
    const beside = (other: () => Coroutine<void>) =>
      crossing(function* () {
        createTask(other());
        yield* sleep(20);
      });
    expect(found(beside(patient))).toEqual([]);
    expect(found(beside(elsewhere))).toEqual([ring]);
  });

  it('is none where a permit may come back from one who sleeps still, and one where nobody is left to give it back', () => {
    const spawning = (isForgotten: boolean) =>
      function* (): Coroutine<void> {
        const permits = new Semaphore(1, 'permits');
        function* job(): Coroutine<void> {
          try {
            yield* sleep(10);
          } finally {
            if (!isForgotten) permits.release();
          }
        }
        function* spawner(): Coroutine<void> {
          for (;;) {
            yield* permits.acquire();
            createTask(job(), { name: 'job' });
          }
        }
        createTask(spawner(), { name: 'spawner' });
        yield* sleep(25);
      };
    expect(found(spawning(false))).toEqual([]);
    expect(found(spawning(true))).toEqual([
      'deadlock: spawner waits (semaphore.acquire permits, held by spawner): for ever',
      'leak: spawner took the semaphore permits at 0 ms and never gave it back: it was cancelled at 25 ms',
    ]);
  });

  it('names those who wait for those who stand still, too', () => {
    expect(
      found(function* (): Coroutine<void> {
        const lock = new Lock('l');
        const a = createTask(
          lock.run(function* () {
            yield* sleep(1);
            yield* b;
          }),
          { name: 'a' },
        );
        const b = createTask(
          (function* (): Coroutine<void> {
            yield* lock.run(() => sleep(1));
          })(),
          { name: 'b' },
        );
        createTask(
          (function* (): Coroutine<void> {
            yield* a;
          })(),
          { name: 'c' },
        );
        yield* sleep(9);
      }),
    ).toEqual([
      'deadlock: a waits (await task b); b waits (lock.acquire l, held by a); c waits (await task a): for ever',
    ]);
  });

  it('is not to wait for what nobody holds: a queue, an event, one of two permits that come back', () => {
    expect(
      found(function* (): Coroutine<void> {
        const [queue, event, permits] = [new Queue<number>(), new Event(), new Semaphore(2)];
        createTask(queue.get());
        createTask(event.wait());
        const stuck = new Lock();
        yield* stuck.acquire();
        createTask(permits.run(() => stuck.run(() => sleep(1))));
        createTask(permits.run(() => sleep(5)));
        createTask(permits.run(() => sleep(5)));
        yield* sleep(3);
        stuck.release();
        yield* sleep(20);
      }),
    ).toEqual([]);
  });
});

describe('a lost wake-up', () => {
  it('is a notification that woke nobody, before one waits for it for ever', () => {
    expect(
      found(function* (): Coroutine<void> {
        const condition = new Condition({ name: 'items' });
        createTask(
          condition.run(function* () {
            condition.notify();
          }),
          { name: 'producer' },
        );
        const consumer = function* (): Coroutine<void> {
          yield* sleep(1);
          yield* condition.run(() => condition.wait());
        };
        yield* createTask(consumer(), { name: 'consumer' });
      }),
    ).toEqual([
      'lost wake-up: the notify of producer at 0 ms woke nobody: consumer began to wait only afterwards, at 1 ms (condition.wait items), and nobody has done it again',
    ]);
  });

  it('is an event that was set and cleared before one waits for it', () => {
    expect(
      found(function* (): Coroutine<void> {
        const event = new Event('open');
        event.set();
        event.clear();
        yield* event.wait();
      }),
    ).toEqual([
      'lost wake-up: the set of main at 0 ms woke nobody: main began to wait only afterwards, at 0 ms (event.wait open), and nobody has done it again',
    ]);
  });

  it('is none where the program is over, and a consumer has nothing more to do', () => {
    expect(
      found(function* (): Coroutine<void> {
        const condition = new Condition();
        const items: number[] = [];
        createTask(
          (function* (): Coroutine<void> {
            for (;;) {
              yield* condition.run(() => condition.waitFor(() => items.pop()));
              yield* sleep(5);
            }
          })(),
        );
        for (let i = 1; i <= 3; i++)
          yield* condition.run(function* () {
            items.push(i);
            condition.notify();
          });
        yield* sleep(50);
      }),
    ).toEqual([]);
  });
});

describe('a leak', () => {
  it('is a permit that is never given back, because its holder failed, or was cancelled', () => {
    expect(
      found(function* (): Coroutine<void> {
        const pool = new Semaphore(3, 'pool');
        function* use(ms: number): Coroutine<void> {
          yield* pool.acquire();
          yield* sleep(ms);
          if (ms === 1) throw new Error('broken');
          pool.release();
        }
        const [failing, slow] = [
          createTask(use(1), { name: 'failing' }),
          createTask(use(9), { name: 'slow' }),
        ];
        createTask(use(2), { name: 'well' });
        yield* sleep(3);
        slow.cancel();
        yield* gather([failing, slow], { returnExceptions: true });
      }),
    ).toEqual([
      'leak: failing took the semaphore pool at 0 ms and never gave it back: it failed at 1 ms',
      'leak: slow took the semaphore pool at 0 ms and never gave it back: it was cancelled at 3 ms',
    ]);
  });

  it('is none where somebody else gives it back, and none of a semaphore that is a signal', () => {
    expect(
      found(function* (): Coroutine<void> {
        const [slots, ready] = [new Semaphore(2, 'slots'), new Semaphore(0, 'ready')];
        function* take(): Coroutine<void> {
          yield* slots.acquire();
          getRunningLoop().callLater(5, () => slots.release());
        }
        function* hear(): Coroutine<void> {
          yield* ready.acquire();
        }
        createTask(take());
        createTask(hear());
        ready.release();
        yield* sleep(9);
      }),
    ).toEqual([]);
  });
});

describe('programs that keep their locks in order', () => {
  it('are never blamed: whatever they do in whatever order', () => {
    const step = fc.record({ what: fc.nat(5), ms: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 4 }), (tasks) => {
        const program = function* (): Coroutine<void> {
          const [lock, permits, queue] = [new Lock('l'), new Semaphore(2, 's'), new Queue<number>(0, 'q')];
          const [condition, cell, barrier] = [new Condition(), shared(0, 'c'), new Barrier(1)];
          function* body(steps: (typeof tasks)[number]): Coroutine<void> {
            for (const { what, ms } of steps) {
              if (what === 0) yield* lock.run(() => permits.run(() => sleep(ms)));
              else if (what === 1) yield* permits.run(() => sleep(ms));
              else if (what === 2) {
                queue.putNowait(ms);
                yield* queue.get();
              } else if (what === 3)
                yield* lock.run(function* () {
                  const seen = cell.value;
                  yield* sleep(ms);
                  cell.value = seen + 1;
                });
              else if (what === 4)
                yield* condition.run(function* () {
                  condition.notify();
                });
              else yield* barrier.wait();
            }
          }
          yield* gather(tasks.map((steps) => createTask(body(steps))));
        };
        expect(found(program)).toEqual([]);
      }),
    );
  });
});
