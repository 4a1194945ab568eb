/** What is relied on to come first, and nothing sees to it. */

import { type Coroutine, createTask, Device, gather, now, Queue, sleep } from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const publishedTooEarly = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [3, 20] });
    const registry = new Map<string, { config: string | null }>();
    function* start(): Coroutine<void> {
      const service: { config: string | null } = { config: null };
      if (!isFixed) registry.set('mail', service);
      service.config = yield* disk.request({ label: 'config', result: 'smtp' });
      registry.set('mail', service);
    }
    function* client(): Coroutine<void> {
      yield* sleep(10);
      const service = registry.get('mail');
      if (service === undefined) return; // not there yet: it comes back later
      must(service.config !== null, 'the service was asked before it was set up');
    }
    yield* gather(createTask(start(), { name: 'service' }), createTask(client(), { name: 'client' }));
  };

const snapshotThenSubscribe = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const server = new Device({ name: 'server', latency: [2, 9] });
    const listeners: ((change: string) => void)[] = [];
    const truth = ['a'];
    function* watch(): Coroutine<void> {
      const seen = new Set<string>();
      const subscribe = () => listeners.push((change) => seen.add(change));
      if (isFixed) subscribe();
      const snapshot = [...truth];
      yield* server.request({ label: 'list' });
      for (const one of snapshot) seen.add(one);
      if (!isFixed) subscribe();
      yield* sleep(20);
      must(seen.size === truth.length, `of ${truth.join(', ')} only ${[...seen].join(', ')} were heard of`);
    }
    function* change(): Coroutine<void> {
      yield* sleep(6);
      truth.push('b');
      for (const listener of listeners) listener('b');
    }
    yield* gather(createTask(watch(), { name: 'watcher' }), createTask(change(), { name: 'writer' }));
  };

const readYourWrites = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const database = new Device({ name: 'database', latency: 10 });
    let name = 'Ann';
    function* rename(to: string): Coroutine<void> {
      yield* database.request({ label: 'update' });
      name = to;
    }
    const saving = createTask(rename('Anne'), { name: 'saving' });
    yield* sleep(0); // it is on its way
    if (isFixed) yield* saving;
    yield* database.request({ label: 'select' });
    const shown = name;
    yield* saving;
    must(shown === 'Anne', `she has renamed herself, and the next page still says ${shown}`);
  };

const watchdogOnTheBeat = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const patience = isFixed ? 15 : 10;
    let lastBeat = 0;
    let isAlive = true;
    function* heart(): Coroutine<void> {
      for (let beat = 0; beat < 4; beat++) {
        yield* sleep(10);
        lastBeat = now();
      }
      isAlive = false;
    }
    function* watchdog(): Coroutine<void> {
      let known = 0;
      while (isAlive) {
        yield* sleep(patience);
        must(lastBeat > known || !isAlive, `at ${now()} the heart is declared dead, and it beats`);
        known = lastBeat;
      }
    }
    yield* gather(createTask(heart(), { name: 'heart' }), createTask(watchdog(), { name: 'watchdog' }));
  };

const stepsOfOneOrder = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const warehouse = new Device({ name: 'warehouse', latency: [2, 12] });
    const queues = [new Queue<string>(0, 'first'), new Queue<string>(0, 'second')];
    const done: string[] = [];
    function* worker(queue: Queue<string>): Coroutine<void> {
      for (;;) {
        const step = yield* queue.get();
        yield* warehouse.request({ label: step });
        done.push(step);
        queue.taskDone();
      }
    }
    const workers = queues.map((queue, at) => createTask(worker(queue), { name: `worker-${at}` }));
    for (const [at, step] of ['created', 'paid', 'shipped'].entries()) {
      queues[isFixed ? 0 : at % 2]!.putNowait(step); // all steps of an order to one worker, or round and round
      yield* sleep(4);
    }
    for (const queue of queues) yield* queue.join();
    for (const task of workers) task.cancel();
    must(done.join() === 'created,paid,shipped', `the steps of an order were done as ${done.join(', ')}`);
  };

const shutdownBeforeDrain = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const printer = new Device({ name: 'printer', latency: [3, 12] });
    const jobs = new Queue<string>(0, 'jobs');
    const printed: string[] = [];
    function* worker(): Coroutine<void> {
      for (;;) {
        const job = yield* jobs.get();
        yield* printer.request({ label: job });
        printed.push(job);
        jobs.taskDone();
      }
    }
    const task = createTask(worker(), { name: 'worker' });
    for (const job of ['letter', 'photo']) {
      jobs.putNowait(job);
      yield* sleep(8);
    }
    // Nothing waits in the queue. That nobody works on something is another question.
    while (!jobs.empty()) yield* sleep(1);
    if (isFixed) yield* jobs.join();
    task.cancel();
    must(printed.length === 2, `shut down in the middle of a job: only ${printed.join()} was printed`);
  };

const tooFewPoisonPills = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const cpu = new Device({ name: 'service', latency: [2, 9] });
    const jobs = new Queue<string | null>(0, 'jobs');
    function* worker(): Coroutine<void> {
      for (;;) {
        const job = yield* jobs.get();
        if (job === null) return;
        yield* cpu.request({ label: job });
      }
    }
    const workers = [createTask(worker(), { name: 'worker-1' })];
    for (let n = 1; n <= 4; n++) {
      jobs.putNowait(`job-${n}`);
      yield* sleep(5);
      // There is too much for one: another one helps.
      if (jobs.qsize() > 0 && workers.length < 2) workers.push(createTask(worker(), { name: 'worker-2' }));
    }
    for (let pill = 0; pill < (isFixed ? workers.length : 1); pill++) jobs.putNowait(null);
    yield* gather(workers);
  };

const lastRefillFirst = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    let tokens = 0;
    function* refill(): Coroutine<void> {
      for (let n = 0; n < 3; n++) {
        yield* sleep(10);
        tokens++;
      }
    }
    function* caller(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      if (isFixed) while (tokens === 0) yield* sleep(5);
      else if (tokens === 0) yield* sleep(10 - (now() % 10)); // by then there will be one
      tokens--;
      must(tokens >= 0, `at ${now()} more was let through than there were tokens for`);
    }
    yield* gather(createTask(refill(), { name: 'refill' }), caller(3), caller(13));
  };

export const order: readonly Entry[] = [
  entry({
    name: 'published before it is ready',
    about:
      'A service is put into the registry before its configuration is read, so that who comes meanwhile finds it half made. The twin registers it when it is ready.',
    kind: 'order',
    program: publishedTooEarly,
    expects: /asked before it was set up/,
  }),
  entry({
    name: 'snapshot, then subscribe',
    about:
      'What changes between the answer to “list” and “tell me what changes” is heard of by nobody. The twin subscribes first.',
    kind: 'order',
    program: snapshotThenSubscribe,
    expects: /only a were heard of/,
  }),
  entry({
    name: 'an own write isn’t read',
    about:
      'The write is started and not waited for, and the next read may be done first, at the same moment. The twin waits for it.',
    kind: 'order',
    program: readYourWrites,
    expects: /still says Ann/,
  }),
  entry({
    name: 'a watchdog on the beat',
    about:
      'A watchdog looks exactly as often as the heart beats, and relies on the beat to come first. The twin has half a beat of patience more.',
    kind: 'order',
    program: watchdogOnTheBeat,
    expects: /declared dead, and it beats/,
  }),
  entry({
    name: 'steps of an order overtake',
    about:
      'The steps of one order go to several workers, and a quick one overtakes a slow one. The twin gives all steps of an order to one worker.',
    kind: 'order',
    program: stepsOfOneOrder,
    expects: /the steps of an order were done as/,
  }),
  entry({
    name: 'shut down before it is drained',
    about:
      'The worker is stopped as soon as the queue is empty, and may have the last job in hand. The twin waits until the work is done.',
    kind: 'order',
    program: shutdownBeforeDrain,
    expects: /shut down in the middle of a job/,
  }),
  entry({
    name: 'too few poison pills',
    about:
      'One pill ends one worker, and under load there are two: the other one waits for ever. The twin counts the workers.',
    kind: 'order',
    program: tooFewPoisonPills,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'the refill isn’t there yet',
    about:
      'Who finds no token sleeps until the refill, and takes one without looking: both wake up at the same moment. The twin looks again.',
    kind: 'order',
    program: lastRefillFirst,
    expects: /more was let through/,
  }),
];
