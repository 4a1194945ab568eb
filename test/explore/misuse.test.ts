import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exhaustive,
  explore,
  fastCheck,
  NotRepeatableError,
  pct,
  random,
  reduced,
} from '../../src/explore/index.ts';
import {
  always,
  BoundedSemaphore,
  type Coroutine,
  createTask,
  explorationText,
  gather,
  Lock,
  Queue,
  QueueShutDown,
  RuntimeError,
  run,
  shared,
  sleep,
  ValueError,
} from '../../src/index.ts';

const napping = (n = 2) =>
  function* (): Coroutine<void> {
    yield* gather(Array.from({ length: n }, () => createTask(sleep(5))));
  };

describe('what is no program, no strategy, no option', () => {
  it.each([
    [
      () => explore(undefined as never),
      'explore() runs a function, a program or script, again and again, and got undefined',
    ],
    [() => explore(napping()() as never), 'hand over main itself, not main()'],
    [
      () => explore(napping(), { strategy: 'random' as never }),
      'a strategy is what exhaustive(), random(7) and the like return, got "random"',
    ],
    [() => explore(napping(), { strategy: random as never }), 'got function random: call it'],
    [
      () => explore(napping(), { ignore: ['races'] as never }),
      'ignore takes race, deadlock, leak, lost wake-up, starvation, got "races"',
    ],
    [
      () => explore(napping(), { bounds: { overtake: 3 } as never }),
      'bounds has overtaken (times) and wait (ms), and no overtake',
    ],
    [
      () => explore(napping(), { bounds: { wait: 'x' } as never }),
      'bounds.wait is a number of 0 or more, got "x"',
    ],
    [() => random('7' as never), 'the seed of random() is a finite number, got "7"'],
    [() => pct({ seed: Number.NaN }), 'the seed of pct() is a finite number, got NaN'],
    [() => fastCheck(fc, { length: -1 }), 'length is a whole number of 1 or more, got -1'],
  ])('is refused before anything is run: %#', (call, message) => {
    expect(call).toThrow(message);
  });

  it('is not taken for a failure of a program that calls explore itself', () => {
    const within = function* (): Coroutine<void> {
      explore(napping());
      yield* sleep(1);
    };
    expect(() => run(within)).toThrow(RuntimeError);
    expect(() => run(within)).toThrow(
      'explore() runs programs, each from the beginning, and can not be called inside of one',
    );
  });
});

describe('nothing is proved', () => {
  it('by a strategy that was used before', () => {
    const strategy = exhaustive();
    explore(napping(), { strategy });
    expect(() => explore(napping(), { strategy })).toThrow(ValueError);
  });

  it('of a program that leaves other things open each time, though it never fails', () => {
    let k = 0;
    const changing = function* (): Coroutine<void> {
      yield* napping(2 + (k++ % 3))();
    };
    for (const strategy of [exhaustive(), reduced(), random(1)])
      expect(() => explore(changing, { strategy })).toThrow(NotRepeatableError);
  });

  it('of one that keeps a cache from run to run: the first run is made again at the end', () => {
    const cache = new Map<string, number>();
    const caching = function* (): Coroutine<void> {
      const get = function* (key: string): Coroutine<void> {
        if (cache.has(key)) return;
        yield* sleep(5);
        cache.set(key, 1);
      };
      yield* gather(get('a'), get('b'));
    };
    expect(() => explore(caching)).toThrow(
      'leaves other things open when it was run again: the program keeps state from run to run (a variable outside of it, a lock that is made only once)',
    );
  });
});

describe('two failures', () => {
  it('that differ in numbers and in the place where they are thrown are two', () => {
    const program = function* (): Coroutine<void> {
      let woken = '';
      const nap = function* (name: string): Coroutine<void> {
        yield* sleep(5);
        woken += name;
      };
      yield* gather(['a', 'b', 'c'].map((name) => createTask(nap(name))));
      if (woken[0] === 'b') throw new Error('1 == 0');
      if (woken[0] === 'c') throw new Error('3 == 2');
    };
    const { failures } = explore(program, { all: true });
    expect(failures.map(({ error }) => String(error))).toEqual(['Error: 1 == 0', 'Error: 3 == 2']);
  });

  it('may be of what is no error, and can’t be made a text', () => {
    const thrown = Object.assign(Object.create(null), { code: 42 });
    const { failures } = explore(function* (): Coroutine<void> {
      yield* sleep(1);
      throw thrown;
    });
    expect(failures[0]!.error).toBe(thrown);
  });
});

describe('a claim', () => {
  it.each([
    [
      'waits',
      () => always((async () => false) as never, 'c'),
      'c can not be told: TypeError: it is a promise, or a coroutine',
    ],
    ['is a coroutine', () => always(function* () {} as never, 'c'), 'it is a promise, or a coroutine'],
    [
      'changes something',
      () => always(() => createTask(sleep(1)), 'c'),
      'it creates a task: a claim only looks',
    ],
  ])('that %s is none', (_, claim, message) => {
    const { failures } = explore(function* (): Coroutine<void> {
      claim();
      yield* sleep(1);
    });
    expect(String(failures[0]!.error)).toContain(message);
  });
});

describe('what the library refuses', () => {
  const tied = (one: () => unknown, other: () => unknown, check: () => void) =>
    function* (): Coroutine<void> {
      function* doing(what: () => unknown, ms: number): Coroutine<void> {
        yield* sleep(5);
        what();
        yield* sleep(ms);
      }
      yield* gather(doing(one, 10), doing(other, 5));
      check();
    };
  const refused = (call: () => void, kind: abstract new (...args: never) => unknown) => () => {
    try {
      call();
    } catch (error) {
      if (!(error instanceof kind)) throw error;
    }
  };

  /** One takes it, and another releases it at the same moment, which is refused if that comes first. */
  function* releasing(
    held: Lock | BoundedSemaphore,
    kind: abstract new (...args: never) => unknown,
  ): Coroutine<void> {
    const take = function* (): Coroutine<void> {
      yield* sleep(5);
      yield* held.acquire();
      yield* sleep(5);
    };
    const nothing = () => {};
    yield* gather(
      take(),
      tied(
        nothing,
        refused(() => held.release(), kind),
        nothing,
      )(),
    );
    if (!held.locked()) throw new Error('somebody has released it');
  }

  it.each([
    [
      'a put after a shutdown',
      () => {
        const jobs = new Queue<string>();
        const check = () => {
          if (jobs.qsize() > 0) throw new Error('nobody will do it');
        };
        return tied(
          () => jobs.shutdown(),
          refused(() => jobs.putNowait('job'), QueueShutDown),
          check,
        )();
      },
    ],
    ['a release of a free lock', () => releasing(new Lock(), RuntimeError)],
    ['a release too many', () => releasing(new BoundedSemaphore(1), ValueError)],
    [
      'an object in a cell',
      () => {
        const users = shared<string[]>([], 'users');
        const check = () => {
          if (users.value[0] === 'b') throw new Error('b was first');
        };
        return tied(
          () => users.value.push('a'),
          () => users.value.push('b'),
          check,
        )();
      },
    ],
  ])('matters in reduced exploration as well: %s', (_, program) => {
    const messages = (strategy: ReturnType<typeof exhaustive>) =>
      explore(program, { strategy, ignore: ['leak'] }).failures.map(({ error }) => String(error));
    const all = messages(exhaustive());
    expect(all.length).toBe(1);
    expect(messages(reduced())).toEqual(all);
  });
});

describe('a report', () => {
  it('says where its bound has come first, and its test has the options of the exploration', () => {
    expect(explorationText(explore(napping(5), { runs: 10 }))).toMatch(
      /no failure\nIt has come to its bound, and there are more schedules\./,
    );
    const hogging = function* (): Coroutine<void> {
      const lock = new Lock('l');
      yield* gather([1, 2].map(() => lock.run(() => sleep(20))));
    };
    const text = explorationText(explore(hogging, { strategy: random(3), runs: 7, bounds: { wait: 10 } }));
    expect(text).toContain("import { explore, random, replay } from 'loopscope/explore';");
    expect(text).toMatch(
      /expect\(replay\(program, 'seed=\d+', \{ bounds: \{ wait: 10 \} \}\)\.failure\)\.toBeNull/,
    );
    expect(text).toContain(
      'expect(explore(program, { strategy: random(3), runs: 7, bounds: { wait: 10 } }).failures).toEqual([]);',
    );
  });
});
