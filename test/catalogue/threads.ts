/** What goes wrong where anybody may be interrupted in the middle of a `busy`. */

import {
  blocked,
  busy,
  type Coroutine,
  QueueEmpty,
  runThreads,
  Thread,
  type ThreadBody,
  ThreadCondition,
  ThreadEvent,
  ThreadLock,
  ThreadQueue,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

/** Runs bodies as threads of their names, to the end of all. */
function* together(bodies: Readonly<Record<string, ThreadBody>>): Coroutine<void> {
  const threads = Object.entries(bodies).map(([name, body]) => new Thread(body, { name }).start());
  for (const thread of threads) yield* thread.join();
}

const countedWithoutLock = (isFixed: boolean) => () => {
  const lock = new ThreadLock('counter');
  let counter = 0;
  function* add(): Coroutine<void> {
    const seen = counter;
    yield* busy(1, `${seen} + 1`);
    counter = seen + 1;
  }
  function* worker(): Coroutine<void> {
    for (let n = 0; n < 2; n++) yield* isFixed ? lock.run(add) : add();
  }
  runThreads(function* () {
    yield* together({ ann: worker, bob: worker });
    must(counter === 4, `an update is lost: counted ${counter} of 4`);
  });
};

const soldTwice = (isFixed: boolean) => () => {
  const lock = new ThreadLock('stock');
  let stock = 1;
  function* sell(): Coroutine<void> {
    if (stock === 0) return;
    yield* busy(2, 'print the ticket');
    stock--;
  }
  const seller = () => (isFixed ? lock.run(sell) : sell());
  runThreads(function* () {
    yield* together({ ann: seller, bob: seller });
    must(stock === 0, `one ticket was sold twice: ${stock} are left`);
  });
};

const threadLockOrder = (isFixed: boolean) => () => {
  const inbox = new ThreadLock('inbox');
  const archive = new ThreadLock('archive');
  const move = (first: ThreadLock, second: ThreadLock) => () =>
    first.run(function* () {
      yield* busy(1, 'find the mail');
      yield* second.run(() => busy(1, 'move it'));
    });
  runThreads(() =>
    together({
      filing: move(inbox, archive),
      restoring: isFixed ? move(inbox, archive) : move(archive, inbox),
    }),
  );
};

const threadConditionIf = (isFixed: boolean) => () => {
  const ready = new ThreadCondition(undefined, 'ready');
  const items: string[] = [];
  const taker = () =>
    ready.run(function* () {
      if (isFixed) yield* ready.waitFor(() => items.length > 0);
      else if (items.length === 0) yield* ready.wait();
      must(items.length > 0, 'woken for an item, and another thread has it');
      items.pop();
    });
  function* passer(): Coroutine<void> {
    yield* blocked(1, 'walk by');
    yield* ready.run(function* () {
      items.pop(); // if there is one
    });
  }
  function* maker(): Coroutine<void> {
    for (const item of ['first', 'second']) {
      yield* busy(1, item);
      yield* ready.run(function* () {
        items.push(item);
        ready.notify();
      });
    }
  }
  runThreads(() => together({ taker, passer, maker }));
};

const halfMadeSingleton = (isFixed: boolean) => () => {
  const lock = new ThreadLock('making');
  let settings: { user?: string } | null = null;
  const make = function* (): Coroutine<void> {
    if (settings !== null) return;
    const made: { user?: string } = {};
    if (!isFixed) settings = made; // there for all to see
    yield* busy(2, 'read the file');
    made.user = 'ann';
    settings = made;
  };
  function* reader(): Coroutine<void> {
    if (settings === null) yield* lock.run(make);
    must(settings!.user !== undefined, 'the settings are there, and there is nothing in them yet');
  }
  runThreads(() => together({ first: reader, second: reader }));
};

const emptyThenGet = (isFixed: boolean) => () => {
  const jobs = new ThreadQueue<string>(0, 'jobs');
  for (const job of ['sweep', 'wash', 'cook']) jobs.putNowait(job);
  function* worker(): Coroutine<void> {
    while (!jobs.empty()) {
      yield* busy(1, 'there is one more');
      if (!isFixed) {
        yield* jobs.get();
        continue;
      }
      try {
        jobs.getNowait();
      } catch (error) {
        if (!(error instanceof QueueEmpty)) throw error;
      }
    }
  }
  runThreads(() => together({ ann: worker, bob: worker }));
};

const tornPair = (isFixed: boolean) => () => {
  const lock = new ThreadLock('window');
  const window = { left: 0, right: 10 };
  function* move(): Coroutine<void> {
    window.left += 5;
    yield* busy(1, 'draw');
    window.right += 5;
  }
  function* look(): Coroutine<void> {
    const width = window.right - window.left;
    must(width === 10, `the window is ${width} wide: one edge has moved, and the other hasn’t`);
  }
  runThreads(() =>
    together({
      mover: () => (isFixed ? lock.run(move) : move()),
      viewer: () => (isFixed ? lock.run(look) : look()),
    }),
  );
};

const flagAfterLook = (isFixed: boolean) => () => {
  const bell = new ThreadEvent('bell');
  const mail: string[] = [];
  function* postman(): Coroutine<void> {
    yield* busy(1, 'walk');
    mail.push('letter');
    bell.set();
  }
  function* addressee(): Coroutine<void> {
    if (isFixed) bell.clear();
    if (mail.length > 0) return;
    yield* busy(1, 'nothing there');
    if (!isFixed) bell.clear(); // an old ring, as it believes
    yield* bell.wait();
  }
  runThreads(() => together({ addressee, postman }));
};

const joinedUnderTheLock = (isFixed: boolean) => () => {
  const lock = new ThreadLock('shutdown');
  function* queueing(): Coroutine<void> {
    yield* busy(1, 'a task fails');
    yield* lock.run(() => busy(1, 'close the wake-up pipe'));
  }
  runThreads(function* () {
    const thread = new Thread(queueing, { name: 'queueing' }).start();
    yield* busy(2, 'the last results');
    if (isFixed) yield* thread.join();
    yield* lock.run(function* () {
      yield* thread.join();
    });
  });
};

export const threads: readonly Entry[] = [
  entry({
    name: 'threads count without a lock',
    about:
      'A thread reads the counter, is interrupted, and writes over what the other one has written. The twin counts under a lock.',
    kind: 'race',
    program: countedWithoutLock,
    expects: /an update is lost/,
  }),
  entry({
    name: 'the last ticket',
    about:
      'Two threads see the last ticket, and both sell it, since the first is interrupted at the printer. The twin looks and sells under a lock.',
    kind: 'race',
    program: soldTwice,
    expects: /one ticket was sold twice/,
  }),
  entry({
    name: 'a half-made singleton',
    about:
      'The object is published before it is filled, and who doesn’t take the lock finds it empty. The twin publishes it when it is made.',
    kind: 'race',
    program: halfMadeSingleton,
    expects: /there is nothing in them yet/,
  }),
  entry({
    name: 'a torn pair',
    about:
      'Two fields that belong together are changed one after the other, and a thread looks in between. The twin does both under a lock, and looks under it.',
    kind: 'race',
    program: tornPair,
    expects: /one edge has moved/,
  }),
  entry({
    name: 'threads, two locks, two orders',
    about:
      'One thread takes the inbox and then the archive, the other one the other way round. The twin takes them in one order.',
    kind: 'deadlock',
    program: threadLockOrder,
    expects: /^DeadlockError/,
    source: {
      project: 'jetcd',
      title: 'Deadlock in LeaseImpl between closeLock and ownerLock',
      url: 'https://github.com/etcd-io/jetcd/issues/315',
      wrong:
        'Keeping a lease alive took the owner’s lock and then the close lock, and closing took them the other way round.',
    },
  }),
  entry({
    name: 'empty, then get',
    about:
      'Both threads see the last job; one gets it, and the other one waits for one that never comes. The twin takes what is there, or leaves.',
    kind: 'deadlock',
    program: emptyThenGet,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'joined under the lock',
    about:
      'At shutdown the main thread waits for another one while it holds the lock that this one needs to end. The twin waits before it takes the lock.',
    kind: 'deadlock',
    program: joinedUnderTheLock,
    expects: /^DeadlockError/,
    source: {
      project: 'CPython',
      title: 'gh-125451: Fix deadlock in ProcessPoolExecutor shutdown',
      url: 'https://github.com/python/cpython/pull/125492',
      wrong:
        'The manager thread held the shutdown lock while it joined the queueing thread, which was after the same lock to close the wake-up pipe.',
    },
  }),
  entry({
    name: 'a thread looks only once',
    about:
      'Woken by a condition, a thread has to get the lock again, and by then another one has the item. The twin looks in a loop.',
    kind: 'lost wake-up',
    program: threadConditionIf,
    expects: /woken for an item, and another thread has it/,
  }),
  entry({
    name: 'the bell is cleared after the look',
    about:
      'Between looking for mail and clearing the bell the postman rings. The twin clears it before it looks.',
    kind: 'lost wake-up',
    program: flagAfterLook,
    expects: /^DeadlockError/,
    alongside: 'lost wake-up',
  }),
];
