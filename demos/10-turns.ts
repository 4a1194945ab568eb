/**
 * Two ways to take turns.
 *
 * Three times 12 ms of work, on one core. Threads are made to take turns: whoever has waited 5 ms for the GIL asks for it,
 * and the holder has to drop it, wherever it is. Coroutines take turns by agreement: each goes on until it gives way
 * itself. Neither makes the work any shorter.
 */
import {
  busy,
  type Coroutine,
  compute,
  createTask,
  gather,
  print,
  runThreads,
  sleep,
  Thread,
} from 'loopscope';
import { demo } from 'loopscope/node';

const names = ['ann', 'bob', 'cat'];

function* preempted(name: string): Coroutine<void> {
  yield* busy(12, 'work');
  print(`${name} is done`);
}

function* byAgreement(name: string): Coroutine<void> {
  for (let part = 1; part <= 3; part++) {
    compute(4, 'work');
    yield* sleep(0); // now the others
  }
  print(`${name} is done`);
}

function* startThreads(): Coroutine<void> {
  const threads = names.map((name) => new Thread(() => preempted(name), { name }).start());
  for (const thread of threads) yield* thread.join();
}

function* startTasks(): Coroutine<void> {
  yield* gather(names.map((name) => createTask(byAgreement(name), { name })));
}

export default demo(import.meta, {
  title: 'Two ways to take turns: threads trade the GIL, coroutines the loop',
  parts: [
    { title: 'threads, by preemption', program: () => runThreads(startThreads, { cores: 1, name: 'main' }) },
    { title: 'coroutines, by agreement', program: startTasks },
  ],
  moments: ({ kind }) => kind === 'gil:ask' || kind === 'task:yield',
  watch: [
    'Threads change every 5 ms, in the middle of their work.',
    'Coroutines change every 4 ms, where the program says so.',
    'Either way it takes 36 ms: turns are not a second processor.',
  ],
  question: 'Let each coroutine compute 12 ms in one go: who waits how long?',
});
