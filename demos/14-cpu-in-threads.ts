/**
 * Computing in a thread is no cure; a process is.
 *
 * Two reports need 30 ms of CPU each, and the main task wants to beat every 10 ms. In threads of the same process the
 * reports take the GIL, and whenever the loop wakes up it has to wait until each of them has had its 5 ms. Without a GIL,
 * or in processes of their own, they run beside the loop.
 */
import {
  busy,
  type Coroutine,
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

function* beatDuring(pool: Executor): Coroutine<void> {
  const reports = gather(runInExecutor(pool, sumUp), runInExecutor(pool, sumUp));
  for (let beat = 1; beat <= 3; beat++) {
    const due = now() + 10;
    yield* sleep(10);
    print(now() === due ? 'beat' : `beat, ${now() - due} ms late`);
  }
  yield* reports;
  print('both reports are done');
}

const onThreeCores = (pool: () => Executor, gil: boolean) => () =>
  run(() => beatDuring(pool()), { name: 'main', machine: new Machine({ cores: 3, gil }) });
const threads = () => new ThreadPool({ name: 'worker' });
const processes = () => new ProcessPool({ name: 'worker' });

export default demo(import.meta, {
  title: 'Two reports of 30 ms, and a heart that wants to beat',
  parts: [
    { title: 'in threads, with a GIL', program: onThreeCores(threads, true) },
    { title: 'in threads, without a GIL', program: onThreeCores(threads, false) },
    { title: 'in processes', program: onThreeCores(processes, true) },
  ],
  moments: ({ kind }) => kind === 'print',
  watch: [
    'With a GIL the reports take 60 ms, as one after the other, and each',
    'beat is 10 ms late: the loop’s own thread waits for the GIL (▁).',
    'Without one, and in processes, all run at once: no beat is late.',
  ],
  question: 'Four reports on three cores, without a GIL: who has to wait?',
});
