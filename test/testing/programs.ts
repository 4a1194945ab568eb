/** The programs that the tests of this folder simulate. */

import {
  type Coroutine,
  compute,
  createTask,
  gather,
  Lock,
  minutes,
  print,
  Queue,
  sleep,
  TimeoutError,
} from '../../src/index.ts';

function* chore(name: string, length: number): Coroutine<string> {
  yield* sleep(length);
  print(`${name} is done`);
  return name;
}

/** Three chores that only take waiting: 40 minutes together. */
export function* chores(): Coroutine<string[]> {
  print('start');
  const all = yield* gather(
    createTask(chore('rice', minutes(40)), { name: 'rice' }),
    createTask(chore('laundry', minutes(30)), { name: 'laundry' }),
    createTask(chore('dishes', minutes(30)), { name: 'dishes' }),
  );
  print('end');
  return all;
}

/** One chore after the other: 70 minutes. */
export function* oneByOne(): Coroutine<void> {
  yield* createTask(chore('rice', minutes(40)), { name: 'rice' });
  yield* createTask(chore('laundry', minutes(30)), { name: 'laundry' });
}

/** Two tasks that compute: nothing of it overlaps. */
export function* sums(): Coroutine<void> {
  function* work(name: string): Coroutine<string> {
    compute(30, 'sum');
    return `sum of ${name}`;
  }
  yield* gather(createTask(work('a'), { name: 'a' }), createTask(work('b'), { name: 'b' }));
}

/** Each holds what the other wants. */
export function* twoEaters(): Coroutine<void> {
  const fork = new Lock('fork');
  const knife = new Lock('knife');
  function* eat(first: Lock, second: Lock): Coroutine<void> {
    yield* first.acquire();
    yield* sleep(10);
    yield* second.acquire();
  }
  yield* gather(createTask(eat(fork, knife), { name: 'ann' }), createTask(eat(knife, fork), { name: 'bob' }));
}

/** Waits for an order that nobody places. */
export function* noOrders(): Coroutine<void> {
  const orders = new Queue<string>(0, 'orders');
  yield* orders.get();
}

/** Fails after 10 ms. */
export function* tooLate(): Coroutine<number> {
  yield* sleep(10);
  throw new TimeoutError('the answer came too late');
}

/** Forgets a star: the nap never happens. */
export function* forgetful(): Coroutine<void> {
  sleep(5); // no star
  yield* sleep(1);
}
