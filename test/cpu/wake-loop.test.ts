/** A loop and the threads that want something of it: what wakes it, what doesn't, and how that is told. */

import { describe, expect, it } from 'vitest';
import {
  blocked,
  type Coroutine,
  callSoonThreadsafe,
  Event,
  type EventLoop,
  type Future,
  getRunningLoop,
  now,
  print,
  run,
  runInExecutor,
  sleep,
  Thread,
  ThreadEvent,
  ThreadLock,
  ThreadPool,
} from '../../src/index.ts';

const thrown = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return String(error);
  }
  return 'nothing was thrown';
};

/** What a thread may do to a loop that has a task waiting for a future and an event. */
const ways: [string, (loop: EventLoop, future: Future<void>, event: Event) => void][] = [
  ['future.setResult', (_, future) => future.setResult()],
  ['event.set', (_, __, event) => event.set()],
  ['loop.callSoon', (loop) => loop.callSoon(print, 'soon')],
];

/** Main waits for a future, `other` for an event; at 5 ms a thread does something to the loop. */
function* program(act: (typeof ways)[number][1]): Coroutine<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<void>('answer');
  const event = new Event('open');
  loop.createTask(
    (function* (): Coroutine<void> {
      yield* event.wait();
    })(),
    { name: 'other' },
  );
  new Thread(
    function* () {
      yield* blocked(5);
      act(loop, future, event);
    },
    { name: 'w' },
  ).start();
  yield* future;
}

describe('a loop that nobody wakes', () => {
  const silent = { exceptionHandler: () => {}, print: () => {}, name: 'main' };
  const nobody = 'put there by a thread without callSoonThreadsafe: nobody wakes the loop';

  it.each([
    [
      ways[0]!,
      [
        `DeadlockError: deadlock at 5 ms: main is ready, but was ${nobody}; and a task still waits`,
        '  other waits: event.wait open',
      ],
    ],
    [
      ways[1]!,
      [
        `DeadlockError: deadlock at 5 ms: other is ready, but was ${nobody}; and a task still waits`,
        '  main waits: await future answer',
      ],
    ],
    [
      ways[2]!,
      [
        `DeadlockError: deadlock at 5 ms: a callback is ready, but was ${nobody}; and 2 tasks still wait`,
        '  main waits: await future answer',
        '  other waits: event.wait open',
      ],
    ],
  ])('stands still, and says why: %s', ([, act], expected) => {
    expect(thrown(() => run(program(act), silent)).split('\n')).toEqual(expected);
  });

  it.each(ways)('is told of in debug mode, where it happens: %s', (_, act) => {
    let error = '';
    thrown(() =>
      run(
        program((...all) => {
          error = thrown(() => act(...all));
          callSoonThreadsafe(all[0], () => all[1].done() || all[1].setResult());
        }),
        { ...silent, debug: true },
      ),
    );
    expect(error).toBe(
      'RuntimeError: Non-thread-safe operation invoked on an event loop other than the current one: ' +
        'a thread calls callSoonThreadsafe(loop, callback), which also wakes the loop',
    );
  });

  it('tasks and threads are told apart', () => {
    const lines = thrown(() =>
      run(function* () {
        const lock = new ThreadLock('stove');
        const never = new ThreadEvent('never');
        for (const name of ['a', 'b'])
          new Thread(
            function* () {
              yield* lock.acquire(); // and never gives it back
            },
            { name },
          ).start();
        yield* new Thread(() => never.wait() as Coroutine<true>, { name: 'c' }).start().join();
      }, silent),
    ).split('\n');
    expect(lines).toEqual([
      'DeadlockError: deadlock at 0 ms: nothing is ready, no timer is set, no request is in flight, and a task and 2 threads still wait',
      '  main waits: join c',
      '  b waits: thread lock.acquire stove, held by a, which is over',
      '  c waits: thread event.wait never',
    ]);
  });
});

describe('shutdown() of a pool', () => {
  it('takes effect at once, whether it is awaited or not', () => {
    const log: unknown[] = [];
    run(
      function* () {
        const pool = new ThreadPool({ maxWorkers: 1, name: 'pool' });
        const job = function* () {
          yield* blocked(5);
        };
        const done = runInExecutor(pool, job);
        const over = pool.shutdown();
        log.push(thrown(() => runInExecutor(pool, job)));
        yield* done;
        log.push(now());
        yield* over;
        yield* sleep(1);
        log.push(now());
      },
      { debug: true, exceptionHandler: (_, { message }) => log.push(message) },
    );
    expect(log).toEqual(['RuntimeError: cannot schedule new futures after shutdown of pool', 5, 6]);
  });
});
