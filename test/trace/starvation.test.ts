import { describe, expect, it } from 'vitest';
import { replay } from '../../src/explore/index.ts';
import {
  blocked,
  busy,
  type Coroutine,
  createTask,
  Device,
  findings,
  gather,
  Lock,
  Queue,
  runThreads,
  sleep,
  TaskGroup,
  Thread,
  ThreadLock,
} from '../../src/index.ts';

describe('starvation', () => {
  it('is one wait of a thread that is woken for a lock and finds it taken again', () => {
    const program = () => {
      const lock = new ThreadLock('table');
      // Longer than the switch interval: the other one comes to look, finds the lock taken, and waits again.
      function* greedy(): Coroutine<void> {
        for (let round = 0; round < 5; round++) yield* lock.run(() => busy(6));
      }
      function* patient(): Coroutine<void> {
        yield* blocked(1);
        yield* lock.run(() => busy(1));
      }
      runThreads(function* () {
        const threads = Object.entries({ greedy, patient }).map(([name, body]) =>
          new Thread(body, { name }).start(),
        );
        for (const thread of threads) yield* thread.join();
      });
    };
    const { trace } = replay(program, 'seed=0 ...');
    const starving = (overtaken: number) => findings(trace, { overtaken }).map(({ text }) => text);
    expect(starving(3)).toEqual([
      'patient waits since 11 ms (thread lock.acquire table), and was overtaken 3 times',
    ]);
    expect(starving(5)).toEqual([]);
  });

  it('is not to stand in a long line, in which nobody is overtaken', () => {
    const { trace } = replay(function* (): Coroutine<void> {
      const lock = new Lock('printer');
      const jobs = Array.from({ length: 12 }, () => lock.run(() => sleep(1)));
      yield* gather(jobs);
    }, 'seed=0 ...');
    expect(findings(trace, { overtaken: 1 })).toEqual([]);
  });

  it('is not to wait for an item, though the queue is empty for long', () => {
    const { trace } = replay(function* (): Coroutine<void> {
      const orders = new Queue<string>(0, 'orders');
      const cook = createTask(orders.get(), { name: 'cook' });
      yield* sleep(600);
      yield* orders.put('rice');
      yield* cook;
    }, 'seed=0 ...');
    expect(findings(trace, { wait: 500 })).toEqual([]);
  });

  it('is not to wait long for a device, which nobody takes away', () => {
    const lock = new Lock('table');
    const program = function* (): Coroutine<void> {
      yield* TaskGroup.run(function* (group) {
        group.createTask(
          lock.run(() => new Device({ name: 'net', latency: 40 }).request()),
          { name: 'ann' },
        );
        yield* sleep(10);
        group.createTask(
          lock.run(() => sleep(1)),
          { name: 'bob' },
        );
      });
    };
    const { trace } = replay(program, 'seed=0 ...');
    expect(findings(trace, { wait: 20 }).map(({ text }) => text)).toEqual([
      'bob waited for 30 ms (lock.acquire table), and 20 ms is the bound',
    ]);
  });
});
