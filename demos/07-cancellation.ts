/**
 * Stopping a task: cancel, timeout, shield.
 *
 * To cancel a task is to ask: at the place where it waits a CancelledError is thrown into it, so that its `finally`
 * blocks run. A timeout is a cancellation by the clock, and comes out as a TimeoutError. A shield keeps a cancellation
 * from what is behind it: whoever waits is stopped, what was waited for goes on. Here a visitor waits for the saving
 * to be done, and is sent away.
 */
import { type Coroutine, createTask, print, shield, sleep, TimeoutError, timeout } from 'loopscope';
import { demo } from 'loopscope/node';

function* download(): Coroutine<void> {
  try {
    yield* sleep(100);
  } finally {
    print('download: stopped, but its `finally` runs');
  }
}

function* search(): Coroutine<void> {
  try {
    yield* timeout(40, () => sleep(100));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print('search: 40 ms are over, I do without');
  }
}

function* save(): Coroutine<void> {
  yield* sleep(80);
  print('save: all is saved');
}

function* main(): Coroutine<void> {
  const downloading = createTask(download(), { name: 'download' });
  createTask(search(), { name: 'search' });
  const saving = createTask(save(), { name: 'save' });
  const visiting = createTask(visitor(), { name: 'visitor' });
  function* visitor(): Coroutine<void> {
    yield* shield(saving);
  }
  yield* sleep(20);
  downloading.cancel();
  visiting.cancel();
  yield* sleep(80);
}

export default demo(import.meta, {
  title: 'Stopping a task: cancel, timeout, shield',
  program: main,
  moments: ['task:cancel', 'task:done'],
  watch: [
    'download is thrown out of its sleep at 20 ms, and still tidies up.',
    'search sets its own limit: what it waits for is stopped at 40 ms.',
    'visitor waits for save, behind a shield: only visitor is stopped.',
  ],
  question: 'Take the shield away, `yield* saving`: who else is stopped, and why?',
});
