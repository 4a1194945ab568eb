/**
 * A task group: when one fails, the rest is stopped, and every error comes out.
 *
 * The block is left when all its tasks are done. The first failure cancels those that still run; what goes wrong while
 * they clean up is an error as well. All of them come out as one ExceptionGroup, to be split: these I can deal with,
 * those go on to whoever called me.
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
  title: 'A task group: one fails, the rest is stopped, every error comes out',
  program: main,
  fails: ExceptionGroup,
  moments: ['task:cancel', 'task:done'],
  watch: [
    'When mail fails, news is done; film and photo are asked to stop. So is',
    'main, as its block might still run. (It does not, so main waits on.)',
    'Both errors come out as one: half of it is dealt with, half goes on.',
  ],
  question: 'Let photo clean up without an error. When and how does main end?',
});
