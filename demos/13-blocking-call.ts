/**
 * One blocking call in a coroutine, and its cure.
 *
 * A heart should beat every 10 ms. Somebody asks a database by a call that blocks: for 45 ms nobody else runs, though the
 * CPU has nothing to do. `toThread` has a thread wait in its place, and the loop goes on.
 */
import {
  blocked,
  blockingSleep,
  type Coroutine,
  createTask,
  gather,
  now,
  print,
  sleep,
  toThread,
} from 'loopscope';
import { demo } from 'loopscope/node';

function* heartbeat(): Coroutine<void> {
  for (let beat = 1; beat <= 6; beat++) {
    const due = now() + 10;
    yield* sleep(10);
    print(now() === due ? 'beat' : `beat, ${now() - due} ms late`);
  }
}

function* queryHere(): Coroutine<void> {
  yield* sleep(5);
  blockingSleep(45, 'query');
  print('the rows are here');
}

/** What the thread does: the same query. */
function* query(): Coroutine<string> {
  yield* blocked(45, 'query');
  return 'the rows are here';
}

function* queryInThread(): Coroutine<void> {
  yield* sleep(5);
  print(yield* toThread(query));
}

function beside(asking: () => Coroutine<void>) {
  return function* main(): Coroutine<void> {
    yield* gather(createTask(heartbeat(), { name: 'heart' }), createTask(asking(), { name: 'asker' }));
  };
}

export default demo(import.meta, {
  title: 'One blocking call holds everybody up, and toThread is the cure',
  parts: [
    { title: 'a blocking call', program: beside(queryHere) },
    { title: 'the same in a thread', program: beside(queryInThread) },
  ],
  moments: ['block', 'thread:wait'],
  watch: [
    'The call that blocks uses no CPU, and holds up the heart all the same.',
    'In a thread it waits without the GIL: no beat is late, and the rows',
    'are there at the same time, 50 ms.',
  ],
  question: 'Let the query compute: `yield* busy(45)`. Does the heart still beat in time?',
});
