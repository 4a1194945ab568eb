import { describe, expect, it } from 'vitest';
import {
  always,
  busy,
  type Coroutine,
  createTask,
  eventually,
  gather,
  getRunningLoop,
  InvariantError,
  print,
  Recorder,
  run,
  runScript,
  runThreads,
  sleep,
  story,
  Thread,
} from '../../src/index.ts';

const quiet = { name: 'main', print: () => {} };

/** What a program throws, with its text. */
function failure(program: () => unknown, options = {}): string {
  try {
    runScript(program, { ...quiet, ...options });
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

describe('always', () => {
  it('stops the program after the very step that breaks it, and tells whose it was', () => {
    const done: string[] = [];
    const program = function* (): Coroutine<void> {
      let inUse = 0;
      always(() => inUse <= 1, 'at most one in use');
      function* user(name: string): Coroutine<void> {
        yield* sleep(5);
        inUse++;
        done.push(name);
        yield* sleep(5);
        inUse--;
      }
      yield* gather(['ann', 'bob', 'cat'].map((name) => createTask(user(name), { name })));
    };
    expect(failure(program)).toBe(
      'InvariantError: at most one in use does not hold any more, after a step of bob, at 5 ms',
    );
    expect(done).toEqual(['ann', 'bob']);
  });

  it('is not broken by what a step breaks and mends', () => {
    const program = function* (): Coroutine<string> {
      let [left, right] = [3, 0];
      always(() => left + right === 3);
      left--; // nobody can see this moment
      right++;
      yield* sleep(1);
      return 'moved';
    };
    expect(run(program, quiet)).toBe('moved');
  });

  it('is checked from the step on in which it is claimed, in the rest of its iteration too', () => {
    const program = function* (): Coroutine<void> {
      const seen: string[] = [];
      function* first(): Coroutine<void> {
        always(() => seen.length === 0, 'nothing is seen');
        yield* sleep(1);
      }
      function* second(): Coroutine<void> {
        seen.push('second');
        yield* sleep(0);
      }
      yield* gather(createTask(first()), createTask(second(), { name: 'second' }));
    };
    expect(failure(program)).toBe(
      'InvariantError: nothing is seen does not hold any more, after a step of second, at 0 ms',
    );
  });

  it('is called by its own source where it has no name, and refused where it does not hold at all', () => {
    expect(
      failure(function* (): Coroutine<void> {
        always(() => 1 > 2);
        yield* sleep(1);
      }),
    ).toBe('InvariantError: 1 > 2 does not hold to begin with, at 0 ms');
  });

  it('holds for callbacks, and for threads', () => {
    expect(
      failure(function* (): Coroutine<void> {
        let count = 0;
        always(() => count === 0, 'none');
        getRunningLoop().callLater(3, () => count++);
        yield* sleep(9);
      }),
    ).toBe('InvariantError: none does not hold any more, after a step of a callback, at 3 ms');
    expect(
      failure(() =>
        runThreads(function* () {
          let count = 0;
          always(() => count < 2, 'less than two');
          const add = function* (): Coroutine<void> {
            yield* busy(2);
            count++;
          };
          for (const thread of ['t1', 't2'].map((name) => new Thread(add, { name }).start()))
            yield* thread.join();
        }),
      ),
    ).toBe('InvariantError: less than two does not hold any more, after a step of t2, at 4 ms');
  });

  it('can’t be held up by a program that catches everything', () => {
    const program = function* (): Coroutine<string> {
      let isOpen = true;
      always(() => isOpen, 'open');
      try {
        isOpen = false;
        yield* sleep(1);
      } catch {
        // as if nothing had happened
      }
      return 'well';
    };
    expect(failure(program)).toBe(
      'InvariantError: open does not hold any more, after a step of main, at 0 ms',
    );
  });

  it('is told in the trace', () => {
    const trace = new Recorder();
    failure(
      function* (): Coroutine<void> {
        let n = 0;
        always(() => n === 0, 'zero');
        yield* sleep(2);
        n = 1;
      },
      { trace },
    );
    expect(story(trace.toTrace())).toContain(
      'the exception handler is called: an invariant is broken: zero does not hold any more, after a step of main, at 2 ms',
    );
  });

  it('takes a function, where there is a clock', () => {
    expect(() => always(() => true)).toThrow('always() needs a virtual clock, and there is none here');
    expect(() => runScript(() => always(true as never), quiet)).toThrow(
      'always() takes a function that says whether it holds, as () => inUse <= 2, got true',
    );
  });
});

describe('eventually', () => {
  it('is satisfied by any step after which it held, though it holds no more', () => {
    const program = function* (): Coroutine<void> {
      let isOpen = false;
      eventually(() => isOpen, 'it opens');
      yield* sleep(1);
      isOpen = true;
      yield* sleep(1);
      isOpen = false;
      yield* sleep(1);
    };
    expect(failure(program)).toBe('nothing');
  });

  it('fails when all is over and it never held', () => {
    const program = () => {
      const sent: string[] = [];
      eventually(() => sent.length === 2, 'both are sent');
      run(function* (): Coroutine<void> {
        yield* sleep(7);
        sent.push('one');
      });
      print('over');
    };
    expect(failure(program)).toBe('InvariantError: both are sent never came true, at 7 ms');
  });

  it('is no reason to speak where the program fails otherwise', () => {
    expect(
      failure(function* (): Coroutine<void> {
        eventually(() => false, 'pigs fly');
        yield* sleep(1);
        throw new Error('first things first');
      }),
    ).toBe('Error: first things first');
  });

  it('is asked at the end of run, of runScript and of runThreads', () => {
    const claim = function* (): Coroutine<void> {
      eventually(() => false, 'never');
    };
    for (const start of [() => run(claim), () => runScript(claim), () => runThreads(claim)])
      expect(start).toThrow(InvariantError);
  });
});
