/** A task ends in the middle, and something is left over. */

import {
  type Coroutine,
  createTask,
  Device,
  gather,
  isCancelled,
  Queue,
  shield,
  sleep,
  TaskGroup,
  TimeoutError,
  wait,
  waitFor,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const swallowed = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [1, 9] });
    function* poller(): Coroutine<void> {
      for (let round = 0; round < 20; round++) {
        try {
          yield* net.request({ label: 'poll' });
        } catch (error) {
          if (isFixed && isCancelled(error)) throw error;
          // No answer: never mind, the next one will come.
        }
        yield* sleep(10);
      }
    }
    const task = createTask(poller(), { name: 'poller' });
    yield* sleep(5);
    task.cancel();
    yield* wait([task], { timeout: 50 });
    must(task.done(), 'the poller was told to stop, and goes on');
  };

const orphanOfAShield = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [5, 30] });
    let isOpen = true;
    function* save(): Coroutine<void> {
      yield* disk.request({ label: 'save' });
      must(isOpen, 'saved to a file that is closed');
    }
    const saving = createTask(save(), { name: 'saving' });
    try {
      yield* waitFor(shield(saving), 20);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      if (isFixed) yield* saving; // it goes on behind the shield
    }
    isOpen = false;
    yield* sleep(20);
  };

const siblingsGoOn = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const database = new Device({ name: 'database', latency: [4, 6], failureRate: 0.02 });
    const state = { isRolledBack: false, late: '' };
    function* insert(row: string, ms: number): Coroutine<void> {
      yield* sleep(ms);
      yield* database.request({ label: row });
      if (state.isRolledBack) state.late = row;
    }
    try {
      if (isFixed)
        yield* TaskGroup.run(function* (group) {
          group.createTask(insert('head', 0));
          group.createTask(insert('line', 8));
        });
      else yield* gather(insert('head', 0), insert('line', 8));
    } catch (error) {
      if (isCancelled(error)) throw error;
      state.isRolledBack = true;
    }
    yield* sleep(30);
    must(state.late === '', `${state.late} was written after the rollback`);
  };

const halfATransfer = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const bank = new Device({ name: 'bank', latency: 5 });
    const mail = new Device({ name: 'mail', latency: [12, 30], failureRate: 0.1 });
    let sum = 100;
    function* move(): Coroutine<void> {
      sum -= 10;
      yield* bank.request({ label: 'other account' });
      sum += 10;
    }
    function* transfer(): Coroutine<void> {
      yield* sleep(10);
      yield* isFixed ? shield(move()) : move();
    }
    try {
      yield* TaskGroup.run(function* (group) {
        group.createTask(transfer(), { name: 'transfer' });
        group.createTask(notify(), { name: 'notify' });
      });
    } catch (error) {
      if (isCancelled(error)) throw error; // the mail failed: what of it
    }
    function* notify(): Coroutine<void> {
      yield* mail.request();
    }
    yield* sleep(10);
    must(sum === 100, `the transfer ended half way: ${sum} of 100 are left`);
  };

const nobodySaysTheEnd = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 9] });
    const lines = new Queue<string | null>(0, 'lines');
    function* reader(): Coroutine<void> {
      try {
        for (let n = 0; n < 3; n++) lines.putNowait(yield* disk.request({ result: `line ${n}` }));
        if (!isFixed) lines.putNowait(null);
      } finally {
        if (isFixed) lines.putNowait(null); // however it ends
      }
    }
    function* writer(): Coroutine<void> {
      while ((yield* lines.get()) !== null) yield* sleep(1);
    }
    const reading = createTask(reader(), { name: 'reader' });
    const writing = createTask(writer(), { name: 'writer' });
    yield* wait([reading], { timeout: 20 });
    reading.cancel(); // enough
    yield* writing;
  };

const cleanUpCutShort = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 9] });
    let isTemporaryFileThere = true;
    function* remove(): Coroutine<void> {
      yield* disk.request({ label: 'remove' });
      isTemporaryFileThere = false;
    }
    function* job(): Coroutine<void> {
      try {
        yield* sleep(100);
      } finally {
        yield* isFixed ? shield(remove()) : remove();
      }
    }
    const task = createTask(job(), { name: 'job' });
    yield* sleep(10);
    task.cancel(); // its user stops it
    yield* sleep(5);
    task.cancel(); // and the server shuts down
    yield* sleep(10);
    must(!isTemporaryFileThere, 'the clean-up was cancelled too: the temporary file is still there');
  };

export const cancellation: readonly Entry[] = [
  entry({
    name: 'a swallowed cancellation',
    about:
      'A poller catches whatever a request throws, its own cancellation as well, and goes on. The twin lets that one pass.',
    kind: 'cancellation',
    program: swallowed,
    expects: /was told to stop, and goes on/,
  }),
  entry({
    name: 'the orphan of a shield',
    about:
      'After the time limit nobody waits any more for what goes on behind the shield, and the file is closed under it. The twin waits for it.',
    kind: 'cancellation',
    program: orphanOfAShield,
    expects: /saved to a file that is closed/,
  }),
  entry({
    name: 'siblings go on',
    about:
      'One insert fails, gather throws, and the transaction is rolled back; the other insert goes on. The twin is a task group, which ends them together.',
    kind: 'cancellation',
    program: siblingsGoOn,
    expects: /was written after the rollback/,
  }),
  entry({
    name: 'half a transfer',
    about:
      'When the mail fails its task group cancels the transfer, which may be between taking and giving. The twin shields what must not be cut.',
    kind: 'cancellation',
    program: halfATransfer,
    expects: /the transfer ended half way/,
  }),
  entry({
    name: 'nobody says the end',
    about:
      'A reader that is cancelled doesn’t put the mark for the end, and the writer waits for it for ever. The twin puts it however it ends.',
    kind: 'cancellation',
    program: nobodySaysTheEnd,
    expects: /^DeadlockError/,
  }),
  entry({
    name: 'clean-up cut short',
    about:
      'A second cancellation comes while the first one is being cleaned up after, and ends the clean-up. The twin shields it.',
    kind: 'cancellation',
    program: cleanUpCutShort,
    expects: /the clean-up was cancelled too/,
  }),
];
