/** The end of a program that has threads: who is still waited for, and who is still told. */

import { describe, expect, it, vi } from 'vitest';
import {
  blocked,
  DeadlockError,
  LimitError,
  now,
  print,
  run,
  runInExecutor,
  runScript,
  runThreads,
  SystemExit,
  sleep,
  Thread,
  ThreadEvent,
  ThreadPool,
  TimeoutError,
  waitFor,
} from '../../src/index.ts';
import { simulate } from '../../src/testing/index.ts';

const thrown = (body: () => unknown): unknown => {
  try {
    body();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
};

/** A thread that is over at `ms`. */
const until = (ms: number, name = 'w') =>
  new Thread(
    function* () {
      yield* blocked(ms);
    },
    { name },
  );

describe('a join that nobody waits for any more', () => {
  it('because its time was over doesn’t matter to the run', () => {
    const log: unknown[] = [];
    const result = run(function* () {
      const thread = until(50).start();
      try {
        yield* waitFor(thread.join(), 10);
      } catch (error) {
        log.push([now(), error instanceof TimeoutError]);
      }
      return 'soup';
    });
    expect([log, result]).toEqual([[[10, true]], 'soup']);
  });

  it('because the loop is closed doesn’t either', () => {
    const result = run(function* () {
      const thread = until(50).start();
      const over = thread.join();
      over[Symbol.iterator](); // as a task that is cancelled in it leaves it
      yield* sleep(10);
      return 'soup';
    });
    expect(result).toBe('soup');
  });
});

describe('an error of a thread', () => {
  it('is told before whoever joins it hears of its end, even if that fails', () => {
    const log: string[] = [];
    const error = thrown(() =>
      run(
        function* () {
          const thread = new Thread(
            function* () {
              yield* blocked(5);
              throw new Error('burnt');
            },
            { name: 'w' },
          );
          thread.whenDone(() => {
            log.push('told of the end');
            throw new SystemExit(2);
          });
          thread.start();
          yield* sleep(20);
        },
        { exceptionHandler: (_, { message, exception }) => log.push(`${message}: ${exception}`) },
      ),
    );
    expect([log, String(error)]).toEqual([
      ['Exception in thread w: Error: burnt', 'told of the end'],
      'SystemExit: exit with code 2',
    ]);
  });
});

describe('a program that fails lets the others come to their end', () => {
  const failing = (log: string[], how: () => unknown) =>
    function* () {
      new Thread(function* () {
        yield* blocked(50);
        log.push(`${now()} the thread is over`);
      }).start();
      const pool = new ThreadPool({ maxWorkers: 1 });
      for (const ms of [60, 20])
        runInExecutor(pool, function* () {
          yield* blocked(ms);
          log.push(`${now()} the job is over`);
        });
      yield* sleep(10);
      log.push(`${now()} fails`);
      throw how();
    };

  it.each([
    ['by an error', () => new Error('burnt'), 'Error: burnt'],
    ['by SystemExit', () => new SystemExit(3), 'SystemExit: exit with code 3'],
  ])('%s', (_, how, expected) => {
    const ends = ['10 fails', '50 the thread is over', '60 the job is over', '80 the job is over'];
    const log: string[] = [];
    const options = { exceptionHandler: () => {} };
    expect(String(thrown(() => run(failing(log, how), options)))).toBe(expected);
    expect(log).toEqual(ends);
    log.length = 0;
    expect(String(thrown(() => runScript(() => run(failing(log, how)), options)))).toBe(expected);
    expect(log).toEqual(ends);
  });

  it('in the plain code of a script, too', () => {
    const log: string[] = [];
    const error = thrown(() =>
      runScript(() => {
        new Thread(function* () {
          yield* blocked(50);
          log.push(`${now()} the thread is over`);
        }).start();
        throw new Error('burnt');
      }),
    );
    expect([log, String(error)]).toEqual([['50 the thread is over'], 'Error: burnt']);
  });

  it('and if they can’t, that is the cause of the error', () => {
    const never = () => {
      new Thread(
        function* () {
          yield* new ThreadEvent('never').wait();
        },
        { name: 'w' },
      ).start();
    };
    const inLoop = thrown(() =>
      run(function* () {
        never();
        yield* sleep(5);
        throw new Error('burnt');
      }),
    ) as Error;
    const inScript = thrown(() =>
      runScript(() => {
        never();
        throw new Error('burnt');
      }),
    ) as Error;
    for (const error of [inLoop, inScript]) {
      expect(error.message).toBe('burnt');
      expect(error.cause).toBeInstanceOf(DeadlockError);
      expect(String(error.cause)).toContain('  w waits: thread event.wait never');
    }
  });

  it('but not one that was stopped', () => {
    const log: string[] = [];
    const error = thrown(() =>
      run(
        function* () {
          new Thread(function* () {
            yield* blocked(5);
            log.push('the thread is over');
          }).start();
          for (;;) yield* sleep(0);
        },
        { limits: { iterationsPerInstant: 100 } },
      ),
    );
    expect([log, error instanceof LimitError]).toEqual([[], true]);
  });
});

describe('after the loop has ended', () => {
  const talking = () =>
    new Thread(
      function* () {
        yield* blocked(5);
        print('still here');
        throw new Error('burnt');
      },
      { name: 'w' },
    ).start();
  const hear = () => {
    const log: string[] = [];
    return {
      log,
      print: (line: string) => void log.push(line),
      exceptionHandler: (_: unknown, { message, exception }: { message: string; exception?: unknown }) =>
        void log.push(`${message}: ${exception}`),
    };
  };
  const heard = ['still here', 'Exception in thread w: Error: burnt'];

  it('what a thread prints and throws goes where that of the run does', () => {
    const { log, ...options } = hear();
    run(function* () {
      talking();
    }, options);
    expect(log).toEqual(heard);
  });

  it('or that of the script, in which there may be no loop at all', () => {
    const { log, ...options } = hear();
    runScript(() => {
      talking();
    }, options);
    expect(log).toEqual(heard);
    log.length = 0;
    runScript(() => {
      run(function* () {
        talking();
      });
    }, options);
    expect(log).toEqual(heard);
  });

  it('nothing reaches the console of a simulation', () => {
    const spies = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
    const alone = function* () {
      talking();
      yield* blocked(20);
    };
    const programs = [
      function* () {
        talking();
      },
      () => {
        talking();
      },
      () => void runThreads(alone),
    ];
    for (const program of programs) {
      const { output, reports } = simulate(program as () => void);
      expect([...output, ...reports]).toEqual(heard);
    }
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
