/** Nothing fails in these: what is wrong is claimed by the program, or found in what it did. */

import {
  always,
  blocked,
  busy,
  Condition,
  type Coroutine,
  createTask,
  Device,
  DeviceError,
  eventually,
  gather,
  Lock,
  request,
  runThreads,
  Semaphore,
  shared,
  sleep,
  Thread,
  ThreadLock,
} from 'loopscope';
import { type Entry, entry } from './entry.ts';

const sharedCounter = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 15] });
    const visits = shared(0, 'visits');
    const lock = new Lock('visits');
    function* count(): Coroutine<void> {
      const seen = visits.value;
      yield* net.request({ label: 'log' });
      visits.value = seen + 1;
    }
    function* visitor(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      yield* isFixed ? lock.run(count) : count();
    }
    yield* gather(
      createTask(visitor(0), { name: 'ann' }),
      createTask(visitor(8), { name: 'bob' }),
      createTask(visitor(30), { name: 'cyd' }),
    );
  };

const lastSeenInThreads = (isFixed: boolean) => () => {
  const longest = shared(0, 'longest');
  const lock = new ThreadLock('longest');
  const note = (ms: number) =>
    function* (): Coroutine<void> {
      if (longest.value >= ms) return;
      yield* busy(1, 'compare');
      longest.value = ms;
    };
  runThreads(function* () {
    const threads = [3, 7].map((ms) =>
      new Thread(() => (isFixed ? lock.run(note(ms)) : note(ms)()), { name: `${ms} ms` }).start(),
    );
    for (const thread of threads) yield* thread.join();
  });
};

const releasedBeforeClosed = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const server = new Device({ name: 'server', latency: [2, 9] });
    const permits = new Semaphore(1, 'permits');
    let open = 0;
    always(() => open <= 1, 'one connection at most');
    function* query(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      yield* permits.acquire();
      open++;
      yield* sleep(3);
      if (!isFixed) permits.release();
      yield* server.request({ label: 'goodbye' });
      open--;
      if (isFixed) permits.release();
    }
    yield* gather(query(0), query(8));
  };

const mailNobodyWaitsFor = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 20] });
    let sent = 0;
    eventually(() => sent === 2, 'both letters are sent');
    function* send(): Coroutine<void> {
      yield* net.request({ label: 'letter' });
      sent++;
    }
    const sending = [createTask(send(), { name: 'letter-1' }), createTask(send(), { name: 'letter-2' })];
    yield* sleep(15); // the rest of the program
    if (isFixed) yield* gather(sending);
  };

const lockedForEver = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: 4, failureRate: 0.05 });
    const file = new Lock('file');
    function* save(): Coroutine<void> {
      yield* file.acquire();
      try {
        yield* disk.request({ label: 'save' });
        file.release();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        if (isFixed) file.release();
      }
    }
    yield* createTask(save(), { name: 'save' });
  };

const twoStandStill = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [1, 9] });
    const [stock, till] = [new Lock('stock'), new Lock('till')];
    function* sale(first: Lock, second: Lock, starts: number): Coroutine<void> {
      yield* sleep(starts);
      yield* first.run(function* () {
        yield* net.request();
        yield* second.run(() => sleep(1));
      });
    }
    createTask(sale(stock, till, 0), { name: 'sale' });
    createTask(isFixed ? sale(stock, till, 5) : sale(till, stock, 5), { name: 'return' });
    for (let beat = 0; beat < 5; beat++) yield* sleep(10); // the shop is open, and all seems well
  };

const toldBeforeItWaits = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 12] });
    const loaded = new Condition({ name: 'loaded' });
    const state = { isLoaded: false, isShown: false };
    eventually(() => state.isShown, 'the plugin is shown');
    function* plugin(): Coroutine<void> {
      yield* disk.request({ label: 'read myself' });
      yield* loaded.run(function* () {
        if (!isFixed || !state.isLoaded) yield* loaded.wait();
      });
      state.isShown = true;
    }
    createTask(plugin(), { name: 'plugin' });
    yield* sleep(8);
    yield* loaded.run(function* () {
      state.isLoaded = true;
      loaded.notifyAll();
    });
    yield* sleep(30); // the window is open
  };

const lockedOverTheNet = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 40] });
    const table = new Lock('table');
    function* refresh(): Coroutine<void> {
      if (isFixed) yield* net.request();
      yield* table.run(function* () {
        if (!isFixed) yield* net.request();
        yield* sleep(1);
      });
    }
    function* look(): Coroutine<void> {
      yield* sleep(1);
      yield* table.run(() => sleep(1));
    }
    yield* gather(createTask(refresh(), { name: 'refresh' }), createTask(look(), { name: 'look' }));
  };

const takenAgainAtOnce = (isFixed: boolean) => () => {
  const net = new Device({ name: 'net', latency: [1, 20] });
  const lock = new ThreadLock('table');
  function* greedy(): Coroutine<void> {
    yield* request(net);
    for (let round = 0; round < 4; round++) {
      yield* lock.run(() => busy(6, 'write'));
      if (isFixed) yield* blocked(1, 'let others in');
    }
  }
  function* patient(): Coroutine<void> {
    yield* blocked(22, 'later');
    yield* lock.run(() => busy(1, 'read'));
  }
  runThreads(function* () {
    const threads = Object.entries({ greedy, patient }).map(([name, body]) =>
      new Thread(body, { name }).start(),
    );
    for (const thread of threads) yield* thread.join();
  });
};

export const findings: readonly Entry[] = [
  entry({
    name: 'a counter in a cell',
    about:
      'A visit is read, logged and written back, and nobody checks the sum: the cell itself tells of the write in between. The twin counts under a lock.',
    kind: 'race',
    program: sharedCounter,
    expects: /^Race: .*visits/,
  }),
  entry({
    name: 'the longest, of two threads',
    about:
      'Each thread compares, is interrupted, and writes what may be the lesser one by now. The twin compares and writes under a lock.',
    kind: 'race',
    program: lastSeenInThreads,
    expects: /^Race: .*longest/,
  }),
  entry({
    name: 'released before it is closed',
    about:
      'The permit is given back before the connection is closed, and for a moment there are two: a claim says so. The twin closes first.',
    kind: 'race',
    program: releasedBeforeClosed,
    expects: /^InvariantError: one connection at most/,
  }),
  entry({
    name: 'letters nobody waits for',
    about:
      'The program ends while a letter is on its way, and takes it along: the claim that all are sent never came true. The twin waits.',
    kind: 'order',
    program: mailNobodyWaitsFor,
    expects: /^InvariantError: both letters are sent never came true/,
  }),
  entry({
    name: 'locked for ever',
    about:
      'After a fault the lock is still held by a task that has ended; nobody wanted it so far. The twin releases it then, too.',
    kind: 'leak',
    program: lockedForEver,
    expects: /^Leak: save took the lock file/,
  }),
  entry({
    name: 'two stand still, the rest goes on',
    about:
      'Two tasks wait for each other for ever while the program goes on and ends, so that nothing looks wrong. The twin locks in one order.',
    kind: 'deadlock',
    program: twoStandStill,
    expects: /^Deadlock: /,
  }),
  entry({
    name: 'told before it waits',
    about:
      'The notification comes before the plugin waits for it, and the program ends without it, as a claim says. The twin looks whether it has come.',
    kind: 'lost wake-up',
    program: toldBeforeItWaits,
    expects: /^InvariantError: the plugin is shown never came true/,
  }),
  entry({
    name: 'locked over the net',
    about:
      'A lock is held during a request, so that who only wants to look waits as long as the net takes. The twin asks before it locks.',
    kind: 'starvation',
    program: lockedOverTheNet,
    explore: { bounds: { wait: 20 } },
    expects: /^Starvation: /,
  }),
  entry({
    name: 'taken again at once',
    about:
      'A thread gives the lock back and takes it again before the one that waits has the CPU, again and again. The twin lets it in.',
    kind: 'starvation',
    program: takenAgainAtOnce,
    explore: { bounds: { overtaken: 2 } },
    expects: /^Starvation: /,
  }),
];
