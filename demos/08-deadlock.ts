/**
 * A deadlock, and who is to blame.
 *
 * Two people need a fork and a knife; each takes one and waits for the other one. asyncio would hang for ever. Here
 * the loop sees that nothing can happen any more: nothing is ready, no timer is set, no answer is on its way.
 */
import { type Coroutine, createTask, DeadlockError, gather, Lock, print, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

function* eat(first: Lock, second: Lock): Coroutine<void> {
  yield* first.run(function* () {
    yield* sleep(10);
    yield* second.run(() => sleep(10));
  });
  print('that was good');
}

function* cook(): Coroutine<void> {
  yield* sleep(40);
  print('the kitchen closes');
}

function* main(): Coroutine<void> {
  const fork = new Lock('fork');
  const knife = new Lock('knife');
  yield* gather(
    createTask(eat(fork, knife), { name: 'ann' }),
    createTask(eat(knife, fork), { name: 'bob' }),
    createTask(cook(), { name: 'cook' }),
  );
}

export default demo(import.meta, {
  title: 'A deadlock, named',
  program: main,
  fails: DeadlockError,
  moments: ['task:wait', 'deadlock'],
  watch: [
    'From 10 ms on each waits for what the other holds: ann → bob → ann.',
    'It shows at 40 ms, when nobody else has anything to do. asyncio would',
    'hang; here it is an error that names them (⊠ in the picture).',
  ],
  question: 'Let both take the fork first. Why does that help?',
});
