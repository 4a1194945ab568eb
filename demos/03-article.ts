/**
 * A Python script, line by line: three times `await asyncio.sleep(1)` twice, then three times `time.sleep(1)` twice.
 *
 * It is a script: plain code with a loop in its first half. `now()` is `time.time()`, `blockingSleep` is `time.sleep`.
 */
import {
  blockingSleep,
  type Coroutine,
  createTask,
  gather,
  now,
  print,
  run,
  seconds,
  sleep,
} from 'loopscope';
import { demo } from 'loopscope/node';

function* asyncTask(): Coroutine<void> {
  const start = now();
  yield* sleep(seconds(1));
  print('Doing async tasks');
  yield* sleep(seconds(1));
  print((now() - start) / 1000);
}

function syncTask(): void {
  const start = now();
  blockingSleep(seconds(1));
  print('Doing async tasks');
  blockingSleep(seconds(1));
  print((now() - start) / 1000);
}

function* main(): Coroutine<void> {
  yield* gather([1, 2, 3].map((n) => createTask(asyncTask(), { name: `async ${n}` })));
}

function script(): void {
  let start = now();
  run(main(), { name: 'main' });
  print(`Time elapsed for running 3 coroutine tasks: ${(now() - start) / 1000}`);
  start = now();
  syncTask();
  syncTask();
  syncTask();
  print(`Time elapsed for running 3 sync tasks: ${(now() - start) / 1000}`);
}

export default demo(import.meta, {
  title: 'sleep and time.sleep: the same six seconds, overlapping or not',
  program: script,
  moments: ['clock:jump', 'block'],
  watch: [
    'Up to 2 s three tasks wait at the same time: 3 × 2 s of sleep in 2 s.',
    'Then no loop runs: the script (═) blocks, 3 × 2 s, though it does no',
    'work either. (Both functions print "Doing async tasks".)',
  ],
  question: 'Let asyncTask use blockingSleep, too. What are the two totals then?',
});
