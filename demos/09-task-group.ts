/**
 * A task group: when one fails, all are stopped, and every error comes out.
 *
 * The block is left when all its tasks are done. The first failure cancels the others; what goes wrong while they
 * clean up is an error as well. All of them come out as one ExceptionGroup, to be split: these I can deal with, those
 * go on to whoever called me.
 */
import { type Coroutine, DeviceError, ExceptionGroup, network, print, sleep, TaskGroup } from 'loopscope';
import { demo } from 'loopscope/node';

function* fetch(latency: number, failureRate: number): Coroutine<void> {
  yield* network({ latency, failureRate }).request();
  print('an answer is here');
}

function* photo(): Coroutine<void> {
  try {
    yield* sleep(100);
  } finally {
    yield* saveDraft();
  }
}

function* saveDraft(): Coroutine<void> {
  yield* sleep(20);
  throw new Error('the disk is full');
}

function* main(): Coroutine<void> {
  try {
    yield* TaskGroup.run(function* (group) {
      group.createTask(fetch(20, 0), { name: 'news' });
      group.createTask(fetch(40, 1), { name: 'mail' });
      group.createTask(sleep(100), { name: 'film' });
      group.createTask(photo(), { name: 'photo' });
    });
  } catch (error) {
    const [offline, others] = (error as ExceptionGroup).split((e) => e instanceof DeviceError);
    if (offline) print(`${offline.errors.length} task is offline: I can deal with that`);
    if (others) throw others;
  }
}

export default demo(import.meta, {
  title: 'A task group: one fails, all stop, every error comes out',
  program: main,
  fails: ExceptionGroup,
  moments: ['task:cancel', 'task:done'],
  watch: [
    'mail fails at 40 ms: news was done, film and photo are cancelled.',
    'photo fails in cleaning up, 20 ms later. The group waits for it.',
    'Both errors come out as one: half of it is dealt with, half goes on.',
  ],
  question: 'What does main throw if photo cleans up without an error?',
});
