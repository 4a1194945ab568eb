/**
 * Computing in a thread is no cure; a process is.
 *
 * Two reports need 30 ms of CPU each, and a heart should beat every 10 ms. In threads of the same process the reports
 * take the GIL, and the loop has to wait 5 ms for it each time, or 10 for both. Without a GIL, or in processes of their
 * own, they run beside the loop.
 */
import {
  busy,
  type Coroutine,
  createTask,
  type Executor,
  gather,
  Machine,
  now,
  ProcessPool,
  print,
  run,
  runInExecutor,
  sleep,
  ThreadPool,
} from 'loopscope';
import { demo } from 'loopscope/node';

function* sumUp(): Coroutine<void> {
  yield* busy(30, 'sum up');
}

function* heartbeat(): Coroutine<void> {
  for (let beat = 1; beat <= 3; beat++) {
    const due = now() + 10;
    yield* sleep(10);
    print(now() === due ? 'beat' : `beat, ${now() - due} ms late`);
  }
}

function* report(pool: Executor): Coroutine<void> {
  yield* runInExecutor(pool, sumUp);
}

/** Both reports and the heart, on three cores: with a GIL or without, the reports in threads or processes. */
function reports(pool: Executor, gil = true) {
  return () => {
    function* main(): Coroutine<void> {
      yield* gather(
        createTask(heartbeat(), { name: 'heart' }),
        createTask(report(pool), { name: 'first' }),
        createTask(report(pool), { name: 'second' }),
      );
      print('both reports are done');
    }
    run(main, { name: 'main', machine: new Machine({ cores: 3, gil }) });
  };
}

export default demo(import.meta, {
  title: 'Two reports of 30 ms, while a heart beats',
  parts: [
    { title: 'threads with a GIL', program: () => reports(new ThreadPool({ name: 'worker' }))() },
    { title: 'threads without a GIL', program: () => reports(new ThreadPool({ name: 'worker' }), false)() },
    { title: 'processes', program: () => reports(new ProcessPool({ name: 'worker' }))() },
  ],
  moments: ({ kind }) => kind === 'print',
  watch: [
    'With a GIL the reports end at 60 ms, one after the other in effect, and',
    'each beat is late: the loop’s own thread has to wait for the GIL.',
    'Without, and in processes, all three run at once: 30 ms, no beat is late.',
  ],
  question: 'Make it three reports on three cores, without a GIL. Who has to wait?',
});
