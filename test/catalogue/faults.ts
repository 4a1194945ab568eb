/** Something outside fails, and what follows was never tried. */

import {
  type Coroutine,
  createTask,
  Device,
  DeviceError,
  gather,
  Semaphore,
  sleep,
  type Task,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const chargedTwice = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: 5, failureRate: 0.2 });
    const charges = new Map<string, number>();
    function* charge(key: string): Coroutine<void> {
      charges.set(key, 10); // the bank does it, and answers
      yield* net.request({ label: `charge ${key}` });
    }
    for (let attempt = 1; attempt <= 3; attempt++) {
      try {
        yield* charge(isFixed ? 'order 7' : `order 7, attempt ${attempt}`);
        break;
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error; // no answer: once more
      }
    }
    must(charges.size === 1, `the customer was charged ${charges.size} times, as only the answers were lost`);
  };

const rememberedFailure = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: 5, failureRate: 0.2 });
    const known = new Map<string, Task<string>>();
    function* load(url: string): Coroutine<string> {
      return yield* net.request({ label: url, result: 'page' });
    }
    function* get(url: string): Coroutine<string> {
      const loading = known.get(url) ?? createTask(load(url), { name: url });
      known.set(url, loading);
      try {
        return yield* loading;
      } catch (error) {
        if (isFixed) known.delete(url);
        throw error;
      }
    }
    let failures = 0;
    for (let visit = 0; visit < 3; visit++) {
      const before = net.inFlight;
      try {
        yield* get('/index');
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        must(failures === 0 || isFixed, 'it has failed once, and fails for ever: nobody asks again');
        failures++;
      }
      must(before === 0, 'nothing is under way between visits');
    }
  };

const permitLostInAFault = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const server = new Device({ name: 'server', latency: 4, failureRate: 0.02 });
    const slots = new Semaphore(1, 'slots');
    function* connect(): Coroutine<void> {
      yield* slots.acquire();
      try {
        yield* server.request({ label: 'connect' });
      } catch (error) {
        if (isFixed) slots.release();
        throw error;
      }
      yield* sleep(2);
      slots.release();
    }
    function* client(): Coroutine<void> {
      try {
        yield* connect();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
      }
    }
    yield* gather(createTask(client(), { name: 'first' }), createTask(client(), { name: 'second' }));
  };

const retriedInOrder = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: 3, failureRate: 0.2 });
    let stored = 0;
    let newest = 0;
    function* send(version: number): Coroutine<void> {
      for (let attempt = 0; attempt < 5; attempt++) {
        try {
          yield* net.request({ label: `version ${version}` });
          newest = Math.max(newest, version);
          if (!isFixed || version > stored) stored = version;
          return;
        } catch (error) {
          if (!(error instanceof DeviceError)) throw error;
          yield* sleep(10); // and once more
        }
      }
    }
    function* later(version: number, ms: number): Coroutine<void> {
      yield* sleep(ms);
      yield* send(version);
    }
    yield* gather(later(1, 0), later(2, 5));
    must(stored === newest, 'the retry of version 1 came after version 2, and has overwritten it');
  };

export const faults: readonly Entry[] = [
  entry({
    name: 'charged twice',
    about:
      'The bank has done it, only its answer is lost, and the retry does it again. The twin gives the order’s number along, by which the bank knows it.',
    kind: 'fault',
    program: chargedTwice,
    expects: /the customer was charged \d times/,
  }),
  entry({
    name: 'a failure is remembered',
    about:
      'What loads a page is kept for all who ask, and kept when it has failed: nobody will ever ask again. The twin forgets it then.',
    kind: 'fault',
    program: rememberedFailure,
    expects: /it has failed once, and fails for ever/,
  }),
  entry({
    name: 'a slot lost in an error',
    about:
      'Connecting fails after the slot was taken, and the error leaves without giving it back. The twin gives it back.',
    kind: 'fault',
    program: permitLostInAFault,
    expects: /^(DeadlockError|Leak: .* took the semaphore slots)/,
    source: {
      project: 'aiohttp',
      title: 'Fix leak of connection slot during connection error',
      url: 'https://github.com/aio-libs/aiohttp/pull/861',
      wrong:
        'When connecting failed its waiter stayed where it was, and one slot of the limit was gone for ever.',
    },
  }),
  entry({
    name: 'a retry overtakes',
    about:
      'The first version is sent again after a fault, and arrives after the second one. The twin’s server takes no older version than it has.',
    kind: 'fault',
    program: retriedInOrder,
    expects: /the retry of version 1 came after version 2/,
  }),
];
