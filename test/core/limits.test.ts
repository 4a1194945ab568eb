/** Bounds on runaway programs. None of these can hang: each program gives up by itself, if the loop doesn't stop it. */
import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  Event,
  EventLoop,
  getRunningLoop,
  LimitError,
  Queue,
  run,
  sleep,
} from '../../src/index.ts';
import { messageOf, thrownBy } from '../support/journal.ts';

describe('iterations at one instant', () => {
  it('are bounded: who never waits for anything is named', () => {
    const main = function* (): Coroutine<void> {
      getRunningLoop().setExceptionHandler(() => {});
      function* spin(): Coroutine<void> {
        for (let i = 0; i < 1000; i++) yield* sleep(0);
      }
      createTask(spin(), { name: 'spinner' });
      yield* sleep(5);
    };
    expect(messageOf(() => run(main, { limits: { iterationsPerInstant: 100 } }))).toBe(
      'LimitError: the clock has stood at 0 ms for 100 iterations, and still ready: spinner. ' +
        'Whatever goes round there never waits for time to pass: let it sleep, or raise limits.iterationsPerInstant',
    );
  });

  it('count anew when time has passed by waiting', () => {
    const main = function* (): Coroutine<string> {
      for (let i = 0; i < 500; i++) yield* sleep(1);
      return 'went through';
    };
    expect(run(main, { limits: { iterationsPerInstant: 10 } })).toBe('went through');
  });

  it('count anew when time has passed by computing, too', () => {
    const main = function* (): Coroutine<string> {
      for (let i = 0; i < 500; i++) {
        compute(1);
        yield* sleep(0);
      }
      return 'went through';
    };
    expect(run(main, { limits: { iterationsPerInstant: 100 } })).toBe('went through');
  });

  it('are bounded in callbacks as well', () => {
    const loop = new EventLoop({ limits: { iterationsPerInstant: 50 } });
    let turns = 0;
    const again = () => {
      if (++turns < 1000) loop.callSoon(again);
    };
    loop.callSoon(again);
    expect(messageOf(() => loop.runUntilIdle())).toMatch(
      /^LimitError: the clock has stood at 0 ms for 50 iterations, and still ready: a callback\. /,
    );
    expect(turns).toBe(50);
  });
});

describe('iterations in all', () => {
  it('are bounded when asked for', () => {
    const main = function* (): Coroutine<string> {
      for (let i = 0; i < 1000; i++) yield* sleep(10);
      return 'went through';
    };
    expect(messageOf(() => run(main, { limits: { iterations: 21 } }))).toMatch(
      /^LimitError: no end after 21 iterations, at \d+ ms: a program that never ends\? Give it an end, or raise limits\.iterations$/,
    );
    expect(run(main, { limits: { iterations: 3000 } })).toBe('went through');
  });
});

describe('awaits that are over at once', () => {
  const limits = { immediateAwaits: 100 };
  const bounded = (body: (rounds: () => boolean) => Coroutine<void>) => {
    let rounds = 0;
    const main = function* (): Coroutine<void> {
      getRunningLoop().setExceptionHandler(() => {});
      yield* body(() => ++rounds < 1000);
    };
    return { error: thrownBy(() => run(main, { limits })), rounds };
  };

  it('are bounded in one step: of a future that is done', () => {
    const { error } = bounded(function* (goOn) {
      const future = getRunningLoop().createFuture<void>();
      future.setResult();
      while (goOn()) yield* future;
    });
    expect(String(error)).toBe(
      'LimitError: the task Task-1 awaited 100 times in one step without ever suspending: awaiting what is there ' +
        'already gives nobody else a turn. Put a sleep(0) into its loop, or raise limits.immediateAwaits',
    );
  });

  it('are bounded in one step: of events that are set and queues that are filled', () => {
    for (const awaitable of [
      () => {
        const event = new Event();
        event.set();
        return event.wait();
      },
      () => {
        const queue = new Queue<number>();
        queue.putNowait(1);
        return queue.get();
      },
    ]) {
      const { error } = bounded(function* (goOn) {
        while (goOn()) yield* awaitable();
      });
      expect(error).toBeInstanceOf(LimitError);
    }
  });

  it('count anew at each step, and each task for itself, one that starts inside another too', () => {
    const main = function* (): Coroutine<string> {
      const done = getRunningLoop().createFuture<void>();
      done.setResult();
      function* sixty(): Coroutine<void> {
        for (let i = 0; i < 60; i++) yield* done;
      }
      yield* sixty();
      yield* createTask(sixty(), { eagerStart: true });
      yield* sleep(0);
      yield* sixty();
      return 'went through';
    };
    expect(run(main, { limits })).toBe('went through');
  });

  it('stop the program even if it catches everything', () => {
    let rounds = 0;
    const main = function* (): Coroutine<string> {
      getRunningLoop().setExceptionHandler(() => {});
      const done = getRunningLoop().createFuture<void>();
      done.setResult();
      while (rounds++ < 1000) {
        try {
          yield* done;
        } catch {
          // whatever it is, try again
        }
      }
      return 'went on';
    };
    expect(thrownBy(() => run(main, { limits }))).toBeInstanceOf(LimitError);
    expect(rounds).toBeLessThan(500);
  });
});

it.each([Number.NaN, 0, -1, '5' as unknown as number])('a limit of %s is refused, by its name', (limit) => {
  for (const name of ['iterationsPerInstant', 'iterations', 'immediateAwaits']) {
    expect(messageOf(() => new EventLoop({ limits: { [name]: limit } }))).toMatch(
      new RegExp(`^ValueError: .*${name}`),
    );
  }
});

it('a LimitError leaves a loop that can be closed', () => {
  const loop = new EventLoop({ limits: { iterationsPerInstant: 5 } });
  const reports: string[] = [];
  loop.setExceptionHandler((_, { message }) => reports.push(message));
  loop.createTask(
    (function* (): Coroutine<void> {
      for (let i = 0; i < 100; i++) yield* sleep(0);
    })(),
    { name: 'spinner' },
  );
  expect(thrownBy(() => loop.runUntilIdle())).toBeInstanceOf(LimitError);
  expect(loop.isRunning()).toBe(false);
  loop.close();
  expect(reports).toEqual(['Task spinner was destroyed but it is pending!']);
});
