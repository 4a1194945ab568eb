/** Two tasks, one thing they share, and a wait between looking and acting. */

import { type Coroutine, Device, gather, Lock, now, sleep } from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

const cacheStampede = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const database = new Device({ name: 'database', latency: [5, 30] });
    const cache = new Map<string, string>();
    const lock = new Lock('cache');
    let loads = 0;
    function* load(key: string): Coroutine<void> {
      if (cache.has(key)) return;
      loads++;
      cache.set(key, yield* database.request({ result: `row of ${key}` }));
    }
    function* page(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      if (cache.has('front')) return;
      yield* isFixed ? lock.run(() => load('front')) : load('front');
    }
    yield* gather(page(0), page(20), page(25));
    must(loads === 1, `the same row was loaded ${loads} times`);
  };

const lostUpdate = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const journal = new Device({ name: 'journal', latency: [2, 15] });
    const lock = new Lock('account');
    let balance = 100;
    function* deposit(amount: number): Coroutine<void> {
      const seen = balance;
      yield* journal.request({ label: `deposit ${amount}` });
      balance = seen + amount;
    }
    function* customer(arrives: number, amount: number): Coroutine<void> {
      yield* sleep(arrives);
      yield* isFixed ? lock.run(() => deposit(amount)) : deposit(amount);
    }
    yield* gather(customer(0, 10), customer(8, 5));
    must(balance === 115, `a deposit is lost: the balance is ${balance}, not 115`);
  };

const overdraft = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const fraudCheck = new Device({ name: 'fraud check', latency: [10, 40] });
    let balance = 100;
    function* withdraw(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      if (balance < 80) return;
      yield* fraudCheck.request();
      if (isFixed && balance < 80) return;
      balance -= 80;
    }
    yield* gather(withdraw(0), withdraw(25));
    must(balance >= 0, `the account is overdrawn: ${balance}`);
  };

const doubleCheckedInit = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const server = new Device({ name: 'server', latency: [5, 25] });
    const lock = new Lock('connecting');
    let connection: string | null = null;
    let opened = 0;
    function* connected(): Coroutine<string> {
      if (connection !== null) return connection;
      return yield* lock.run(function* () {
        if (isFixed && connection !== null) return connection;
        connection = yield* server.request({ result: `connection ${++opened}` });
        return connection;
      });
    }
    function* user(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      yield* connected();
    }
    yield* gather(user(0), user(20));
    must(opened === 1, `${opened} connections were opened where one is meant to be shared`);
  };

const leaderElection = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const store = new Device({ name: 'store', latency: [1, 9] });
    const leaders: string[] = [];
    function* candidate(name: string, patience: number): Coroutine<void> {
      yield* sleep(patience);
      const isVacant = leaders.length === 0;
      yield* store.request({ label: `${name} asks who leads` });
      if (isFixed ? leaders.length === 0 : isVacant) leaders.push(name);
    }
    yield* gather(candidate('ann', 10), candidate('bob', 14), candidate('cyd', 18));
    must(leaders.length === 1, `there are ${leaders.length} leaders: ${leaders.join(', ')}`);
  };

const iteratorInvalidated = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const net = new Device({ name: 'net', latency: [1, 10] });
    const subscribers = ['ann', 'bob', 'cyd'];
    const told: string[] = [];
    function* broadcast(): Coroutine<void> {
      for (const subscriber of isFixed ? [...subscribers] : subscribers) {
        yield* net.request({ label: subscriber });
        told.push(subscriber);
      }
    }
    function* leave(): Coroutine<void> {
      yield* sleep(12);
      subscribers.splice(0, 1); // ann, who was told first
    }
    yield* gather(broadcast(), leave());
    must(told.length === 3, `somebody was left out: only ${told.join(', ')} heard of it`);
  };

const debouncedWriteLost = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [2, 12] });
    let text = '';
    let isDirty = false;
    let saved = '';
    function* typist(): Coroutine<void> {
      for (const letter of 'ab') {
        yield* sleep(9);
        text += letter;
        isDirty = true;
      }
    }
    function* autosave(): Coroutine<void> {
      for (let round = 0; round < 4; round++) {
        yield* sleep(10);
        if (!isDirty) continue;
        const snapshot = text;
        if (isFixed) isDirty = false;
        yield* disk.request({ label: snapshot });
        saved = snapshot;
        if (!isFixed) isDirty = false;
      }
    }
    yield* gather(typist(), autosave());
    must(saved === text, `what was typed last is not saved: ‘${saved}’, not ‘${text}’`);
  };

const staleCacheAfterInvalidation = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const database = new Device({ name: 'database', latency: [2, 20] });
    let row = 'old';
    let cached: string | null = null;
    let writes = 0;
    function* read(): Coroutine<void> {
      const before = writes;
      const found = row;
      yield* database.request({ label: 'select' });
      if (!isFixed || writes === before) cached = found;
    }
    function* write(): Coroutine<void> {
      yield* sleep(12);
      row = 'new';
      writes++;
      cached = null; // whoever reads next fills it
    }
    yield* gather(read(), write());
    must(cached !== 'old', 'the cache holds the old row, and nobody will ever take it out');
  };

const fileNameClash = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const report = new Device({ name: 'report', latency: [400, 1200] });
    const files = new Set<string>();
    let count = 0;
    function* write(starts: number): Coroutine<void> {
      yield* sleep(starts);
      yield* report.request();
      const stamp = Math.floor(now() / 1000);
      files.add(isFixed ? `report-${stamp}-${count}.pdf` : `report-${stamp}.pdf`);
      count++;
    }
    yield* gather(write(0), write(600));
    must(files.size === count, `one report has overwritten the other: ${[...files].join(', ')}`);
  };

export const races: readonly Entry[] = [
  entry({
    name: 'cache stampede',
    about:
      'Whoever misses the cache loads the row; if that takes long, so do those who come meanwhile. The twin lets one load, and the others look again.',
    kind: 'race',
    program: cacheStampede,
    expects: /the same row was loaded \d times/,
  }),
  entry({
    name: 'lost update',
    about:
      'The balance is read, the journal written, and the sum of then written back over what came meanwhile. The twin does all of it under a lock.',
    kind: 'race',
    program: lostUpdate,
    expects: /a deposit is lost/,
  }),
  entry({
    name: 'overdraft',
    about:
      'There is enough money when it is looked, and not any more when it is taken, after the fraud check. The twin looks again.',
    kind: 'race',
    program: overdraft,
    expects: /the account is overdrawn/,
  }),
  entry({
    name: 'double-checked init',
    about:
      'Who finds no connection waits for the lock, and then opens one although another has meanwhile. The twin looks again under the lock.',
    kind: 'race',
    program: doubleCheckedInit,
    expects: /2 connections were opened/,
  }),
  entry({
    name: 'two leaders',
    about:
      'Each candidate asks whether there is a leader, and becomes one when the answer is there; by then it may be old. The twin compares and sets at once.',
    kind: 'race',
    program: leaderElection,
    expects: /there are \d leaders/,
  }),
  entry({
    name: 'iterating over what changes',
    about:
      'A list is walked with a wait for each of its entries; one leaves meanwhile, the rest move up, and the next one is skipped. The twin walks over a copy.',
    kind: 'race',
    program: iteratorInvalidated,
    expects: /somebody was left out/,
  }),
  entry({
    name: 'the last change isn’t saved',
    about:
      'The mark that there is something to save is taken away after saving, and so is that of what was typed meanwhile. The twin takes it away before.',
    kind: 'race',
    program: debouncedWriteLost,
    expects: /what was typed last is not saved/,
  }),
  entry({
    name: 'stale after invalidation',
    about:
      'A slow reader puts into the cache what it read before the write that emptied it. The twin puts in only what no write has overtaken.',
    kind: 'race',
    program: staleCacheAfterInvalidation,
    expects: /the cache holds the old row/,
  }),
  entry({
    name: 'names by the clock',
    about:
      'A file is called by the second, and two may be done in the same one: the first is overwritten. The twin counts as well.',
    kind: 'race',
    program: fileNameClash,
    expects: /one report has overwritten the other/,
  }),
];
