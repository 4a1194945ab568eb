/**
 * One blocking call in a coroutine, and its cure.
 *
 * A heart should beat every 10 ms. Somebody asks a database by a call that blocks: for 45 ms nobody else runs, though the
 * CPU has nothing to do. `toThread` has a thread wait in its place, and the loop goes on.
 */
import { blocked, blockingSleep, type Coroutine, createTask, now, print, sleep, toThread } from 'loopscope';
import { demo } from 'loopscope/node';

function* heartbeat(): Coroutine<void> {
  for (let beat = 1; beat <= 5; beat++) {
    const due = now() + 10;
    yield* sleep(10);
    print(now() === due ? 'beat' : `beat, ${now() - due} ms late`);
  }
}

/** What the thread does: the same query. */
function* query(): Coroutine<void> {
  yield* blocked(45, 'query');
}

function* blocking(): Coroutine<void> {
  const heart = createTask(heartbeat(), { name: 'heart' });
  yield* sleep(5);
  blockingSleep(45, 'query');
  print('the rows are here');
  yield* heart;
}

function* inThread(): Coroutine<void> {
  const heart = createTask(heartbeat(), { name: 'heart' });
  yield* sleep(5);
  yield* toThread(query);
  print('the rows are here');
  yield* heart;
}

export default demo(import.meta, {
  title: 'One blocking call holds everybody up, and toThread is the cure',
  parts: [
    { title: 'a blocking call', program: blocking },
    { title: 'the same in a thread', program: inThread },
  ],
  moments: ['block', 'thread:wait'],
  watch: [
    'The call that blocks uses no CPU, and holds up the heart all the same.',
    'In a thread it waits without the GIL: no beat is late, and the rows',
    'are there at the same time, 50 ms.',
  ],
  question: 'Let the query compute, `yield* busy(45)`: are the beats in time?',
});
