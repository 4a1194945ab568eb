/** Small programs at random: tasks that sleep, compute, take locks, use queues and a device, cancel each other, fail. */

import fc from 'fast-check';
import {
  type Coroutine,
  compute,
  createTask,
  gather,
  Lock,
  network,
  type Program,
  print,
  Queue,
  sleep,
  type Task,
} from '../../src/index.ts';

type Action =
  | { readonly do: 'sleep' | 'compute'; readonly ms: number }
  | { readonly do: 'lock'; readonly lock: number; readonly ms: number }
  | { readonly do: 'put' | 'get' | 'request' | 'print' | 'fail' }
  | { readonly do: 'cancel'; readonly task: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constantFrom('sleep', 'compute'), ms: fc.integer({ min: 0, max: 5 }) }),
  fc.record({
    do: fc.constant('lock'),
    lock: fc.integer({ min: 0, max: 1 }),
    ms: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({ do: fc.constantFrom('put', 'get', 'request', 'print', 'fail') }),
  fc.record({ do: fc.constant('cancel'), task: fc.integer({ min: 0, max: 4 }) }),
);

/** What the tasks of a program do, one list for each. */
export const tasksAtRandom: fc.Arbitrary<Action[][]> = fc.array(fc.array(action, { maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
});

/** The program in which tasks `t0`, `t1` … do that, and the main coroutine waits for all. */
export function programOf(tasks: readonly (readonly Action[])[]): Program<unknown> {
  return function* main(): Coroutine<unknown> {
    const locks = [new Lock('left'), new Lock('right')];
    const queue = new Queue<string>(1, 'letters');
    const server = network({ name: 'server', latency: [1, 9], channels: 1, failureRate: 0.2 });
    const running: Task<void>[] = [];

    function* act(name: string, actions: readonly Action[]): Coroutine<void> {
      for (const step of actions) {
        if (step.do === 'sleep') yield* sleep(step.ms);
        else if (step.do === 'compute') compute(step.ms);
        else if (step.do === 'lock') {
          const lock = locks[step.lock]!;
          yield* lock.acquire();
          try {
            yield* sleep(step.ms);
          } finally {
            lock.release();
          }
        } else if (step.do === 'put') yield* queue.put(name);
        else if (step.do === 'get') print(name, 'got', yield* queue.get());
        else if (step.do === 'request') yield* server.request();
        else if (step.do === 'print') print(name);
        else if (step.do === 'fail') throw new Error(`${name} failed`);
        else if (step.do === 'cancel') running[step.task]?.cancel();
      }
    }

    tasks.forEach((actions, i) => {
      running.push(createTask(act(`t${i}`, actions), { name: `t${i}` }));
    });
    return yield* gather(running);
  };
}
