/** The end of a program that has threads: who is still waited for, and who is still told. */

import { describe, expect, it } from 'vitest';
import { blocked, now, run, SystemExit, sleep, Thread, TimeoutError, waitFor } from '../../src/index.ts';

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
