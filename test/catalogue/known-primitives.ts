/** Mistakes that were made in the primitives themselves, by those who knew best: each with the thread in which it was told. */

import {
  type Coroutine,
  createTask,
  Device,
  Event,
  type Future,
  gather,
  getRunningLoop,
  isCancelled,
  Queue,
  sleep,
  TimeoutError,
  wait,
  waitFor,
} from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const semaphoreOfAsyncio = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const waiters: Future<void>[] = [];
    let free = 0; // the one permit is taken
    const wakeNext = () => waiters.find((waiter) => !waiter.done())?.setResult();
    function* acquire(): Coroutine<void> {
      while (free === 0) {
        const waiter = getRunningLoop().createFuture<void>();
        waiters.push(waiter);
        try {
          yield* waiter;
        } catch (error) {
          if (isFixed && free > 0) wakeNext(); // the word was for us, who can't use it
          throw error;
        } finally {
          waiters.splice(waiters.indexOf(waiter), 1);
        }
      }
      free--;
    }
    const first = createTask(acquire(), { name: 'first' });
    const second = createTask(acquire(), { name: 'second' });
    function* canceller(): Coroutine<void> {
      yield* sleep(10);
      first.cancel();
    }
    function* holder(): Coroutine<void> {
      yield* sleep(10);
      free++;
      wakeNext();
    }
    yield* gather(createTask(canceller(), { name: 'canceller' }), createTask(holder(), { name: 'holder' }));
    yield* second;
  };

const getterLeftBehind = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [2, 14] });
    const items = new Queue<string>(0, 'items');
    const got: string[] = [];
    function* consumer(): Coroutine<void> {
      while (got.length < 2) {
        const getter = createTask(items.get(), { name: 'getter' });
        const { done } = yield* wait([getter], { timeout: 10 });
        if (done.size === 1) got.push(getter.result());
        else if (isFixed) getter.cancel(); // else it goes on waiting, and gets the next item
      }
    }
    function* producer(): Coroutine<void> {
      for (const item of ['first', 'second']) items.putNowait(yield* net.request({ result: item }));
    }
    const consuming = createTask(consumer(), { name: 'consumer' });
    yield* producer();
    yield* wait([consuming], { timeout: 50 });
    must(consuming.done(), `an item is lost: the consumer has only got ${got.join() || 'nothing'}`);
  };

const itemForACancelledOne = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const buffer: string[] = [];
    const receivers: { readonly box: string[]; readonly told: Event }[] = [];
    function send(item: string): void {
      const receiver = receivers.shift();
      if (receiver === undefined) return void buffer.push(item);
      receiver.box.push(item);
      receiver.told.set();
    }
    function* receive(): Coroutine<string> {
      const me = { box: [] as string[], told: new Event('told') };
      receivers.push(me);
      try {
        yield* me.told.wait();
      } catch (error) {
        if (isFixed) buffer.unshift(...me.box.splice(0));
        throw error;
      }
      return me.box[0]!;
    }
    const receiver = createTask(receive(), { name: 'receiver' });
    function* sender(): Coroutine<void> {
      yield* sleep(10);
      send('item');
    }
    function* canceller(): Coroutine<void> {
      yield* sleep(10);
      yield* sleep(0);
      receiver.cancel();
    }
    yield* gather(createTask(sender(), { name: 'sender' }), createTask(canceller(), { name: 'canceller' }));
    yield* wait([receiver]);
    must(!receiver.cancelled() || buffer.length === 1, 'the item was sent, and nobody has it');
  };

const toldTwiceByOneCall = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [5, 15] });
    const waiters: Event[] = [];
    let calls = 0;
    function* notifyWaiters(): Coroutine<void> {
      calls++;
      let left = isFixed ? waiters.length : Number.POSITIVE_INFINITY;
      while (waiters.length > 0 && left > 0) {
        const batch = waiters.splice(0, Math.min(2, left));
        for (const waiter of batch) waiter.set();
        left -= batch.length;
        if (waiters.length > 0) yield* sleep(0); // the lock is free between two batches
      }
    }
    function* listener(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      for (let told = 1; told <= 2; told++) {
        const word = new Event('word');
        waiters.push(word);
        yield* word.wait();
        must(told <= calls, `one call has told the same listener ${told} times`);
      }
    }
    const listeners = [0, 0, 10].map((arrives, at) =>
      createTask(listener(arrives), { name: `listener-${at}` }),
    );
    yield* net.request();
    yield* notifyWaiters();
    for (const at of [30, 40]) {
      yield* sleep(at);
      yield* notifyWaiters();
    }
    yield* gather(listeners);
  };

const cancellationHidden = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    // As waitFor was: if what it waits for is done, its result counts more than a cancellation.
    function* oldWaitFor<T>(inner: ReturnType<typeof createTask<T>>): Coroutine<T> {
      try {
        yield* wait([inner], { timeout: 100 });
      } catch (error) {
        if (inner.done() && !isFixed) return inner.result();
        inner.cancel();
        throw error;
      }
      return inner.result();
    }
    function* answer(): Coroutine<void> {
      yield* sleep(10);
      yield* sleep(0); // reads it
    }
    function* worker(): Coroutine<void> {
      for (let round = 0; round < 10; round++) yield* oldWaitFor(createTask(answer(), { name: 'answer' }));
    }
    function* stop(): Coroutine<void> {
      yield* sleep(10);
      task.cancel();
    }
    const stopping = createTask(stop(), { name: 'stop' });
    const task = createTask(worker(), { name: 'worker' });
    yield* stopping;
    yield* wait([task], { timeout: 50 });
    must(task.done(), 'the worker was cancelled, and has not heard of it');
  };

const tokenAtTheDeadline = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const waiters: { hasToken: boolean; readonly told: Event }[] = [];
    let tokens = 1;
    function release(): void {
      const waiter = waiters.pop(); // last in, first out
      if (waiter === undefined) return void tokens++;
      waiter.hasToken = true;
      waiter.told.set();
    }
    function* acquire(limit: number): Coroutine<boolean> {
      if (tokens > 0) return tokens-- > 0;
      const me = { hasToken: false, told: new Event('token') };
      waiters.push(me);
      try {
        yield* waitFor(me.told.wait(), limit);
        return true;
      } catch (error) {
        if (isCancelled(error) || !(error instanceof TimeoutError)) throw error;
        if (waiters.includes(me)) waiters.splice(waiters.indexOf(me), 1);
        return isFixed && me.hasToken;
      }
    }
    function* work(limit: number): Coroutine<void> {
      if (!(yield* acquire(limit))) return;
      yield* sleep(0);
      yield* sleep(10);
      release();
    }
    yield* gather(createTask(work(1), { name: 'first' }), createTask(work(10), { name: 'second' }));
    must(tokens === 1, 'the token was given to somebody who had just gone: the limiter has lost it');
  };

export const knownPrimitives: readonly Entry[] = [
  entry({
    name: 'asyncio: a woken waiter dies',
    about:
      'A released permit wakes the first waiter, which is cancelled before it goes on, and the second one is told by nobody. The twin passes the word on.',
    kind: 'lost wake-up',
    program: semaphoreOfAsyncio,
    expects: /^DeadlockError/,
    source: {
      project: 'CPython',
      title: "asyncio.Semaphore waiters deque doesn't work",
      url: 'https://github.com/python/cpython/issues/90155',
      wrong:
        'A waiter that was cancelled after its turn had come left the semaphore unusable for those behind it.',
    },
  }),
  entry({
    name: 'asyncio: the getter goes on',
    about:
      'A wait with a time limit cancels nothing: the getter that is left behind takes the next item, for nobody. The twin cancels it.',
    kind: 'cancellation',
    program: getterLeftBehind,
    expects: /an item is lost/,
    source: {
      project: 'asyncio',
      title: 'wait()/wait_for() losing items on Queue.get()',
      url: 'https://github.com/python/asyncio/issues/201',
      wrong:
        'A consumer with a time limit on Queue.get() saw only a part of the items, as those that timed out still took one.',
    },
  }),
  entry({
    name: 'anyio: an item for the cancelled',
    about:
      'An item is put into the hands of a receiver that is cancelled before it looks at them. The twin puts it back into the stream.',
    kind: 'cancellation',
    program: itemForACancelledOne,
    expects: /the item was sent, and nobody has it/,
    source: {
      project: 'anyio',
      title: 'MemoryObjectStream can drop items when the receiving end is cancelled',
      url: 'https://github.com/agronholm/anyio/issues/728',
      wrong: 'An item that was sent to a receiver with a cancellation under way was dropped on the floor.',
    },
  }),
  entry({
    name: 'tokio: told twice by one call',
    about:
      'All waiters are told in batches, and who waits again between two of them is told once more. The twin counts those who waited at the call.',
    kind: 'lost wake-up',
    program: toldTwiceByOneCall,
    expects: /one call has told the same listener 2 times/,
    source: {
      project: 'tokio',
      title:
        'one call tokio::sync::Notify::notify_waiters() can wake two sequential tokio::sync::Notify::notified().await',
      url: 'https://github.com/tokio-rs/tokio/issues/5396',
      wrong:
        'The lock was released between batches, and who joined the queue there was woken in a later batch of the same call.',
    },
  }),
  entry({
    name: 'asyncio: a hidden cancellation',
    about:
      'If the answer is there when the cancellation comes, waitFor gives the answer and forgets the cancellation. The twin lets it pass.',
    kind: 'cancellation',
    program: cancellationHidden,
    expects: /was cancelled, and has not heard of it/,
    source: {
      project: 'CPython',
      title: "AsyncIO's wait_for can hide cancellation in a rare race condition",
      url: 'https://github.com/python/cpython/issues/86296',
      wrong:
        'Cancelled in the moment in which its inner future was done, wait_for returned the result as if nothing had happened.',
    },
  }),
  entry({
    name: 'Netflix: a token at the deadline',
    about:
      'A token is handed to a waiter whose time is up and who hasn’t gone yet; it goes, and the token with it. The twin looks into its hands before.',
    kind: 'cancellation',
    program: tokenAtTheDeadline,
    expects: /the limiter has lost it/,
    source: {
      project: 'concurrency-limits',
      title: 'Fix race condition in LifoBlockingLimiter',
      url: 'https://github.com/Netflix/concurrency-limits/pull/179',
      wrong:
        'A token that was acquired at about the time of the timeout got lost, and the capacity shrank by one each time.',
    },
  }),
];
