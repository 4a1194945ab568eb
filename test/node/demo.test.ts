import {
  type Coroutine,
  DeadlockError,
  Lock,
  minutes,
  print,
  saveTrace,
  sleep,
  TraceLimitError,
  ValueError,
} from 'loopscope';
import { playDemo } from 'loopscope/node';
import { describe, expect, it, vi } from 'vitest';
import { fail, made, nap, script, words } from './pieces.ts';

describe('a demo without a point is refused', () => {
  it.each([
    ['no title', { title: ' ' }, 'needs a title'],
    ['nothing to notice', { watch: [] }, 'one to three lines what to notice, but it has []'],
    ['too much to notice', { watch: ['a', 'b', 'c', 'd'] }, 'one to three lines'],
    ['an empty line to notice', { watch: ['a', ''] }, 'one to three lines'],
    ['no question', { question: 'Think about it.' }, 'asks nothing: "Think about it."'],
  ])('%s', (_, missing, message) => {
    expect(() => made({ ...words, ...missing, program: nap })).toThrow(TypeError);
    expect(() => made({ ...words, ...missing, program: nap })).toThrow(`the demo nap.ts`);
    expect(() => made({ ...words, ...missing, program: nap })).toThrow(message);
  });

  it('parts that could not be told apart', () => {
    const part = { title: 'by day', program: nap };
    expect(() => made({ ...words, parts: [part, { ...part, title: 'By day!' }] })).toThrow(
      'has two parts called "By day!"',
    );
    expect(() => made({ ...words, parts: [part, { ...part, title: '' }] })).toThrow('each needs a title');
    expect(() => made({ ...words, parts: [] as never })).toThrow('nothing to run');
  });
});

describe('playDemo', () => {
  it('runs each part on a clock that starts at 0, and puts no word on the console', () => {
    const log = vi.spyOn(console, 'log');
    const parts = playDemo(
      made({
        ...words,
        parts: [
          { title: 'one', program: nap },
          { title: 'two', program: script },
        ],
      }),
    );
    expect(log).not.toHaveBeenCalled();
    expect(
      parts.map(({ title, failure, trace }) => [title, failure, trace.at(0)?.time, trace.endTime]),
    ).toEqual([
      ['one', null, 0, minutes(20)],
      ['two', null, 0, minutes(20)],
    ]);
    log.mockRestore();
  });

  it('calls the task of a program main, and says in the trace what was run', () => {
    const [part] = playDemo(made({ ...words, program: nap }));
    expect([...part!.trace].find((event) => event.kind === 'task:create')).toMatchObject({ name: 'main' });
    expect(part!.trace.meta).toEqual({ title: 'A demo', program: 'nap.ts' });
    const [one] = playDemo(made({ ...words, parts: [{ title: 'one', program: nap }] }));
    expect(one!.trace.meta).toEqual({ title: 'A demo: one', program: 'nap.ts' });
  });

  it('gives the same traces each time, to the byte', () => {
    const demo = made({
      ...words,
      parts: [
        { title: 'one', program: nap },
        { title: 'two', program: script },
      ],
    });
    const saved = () => playDemo(demo).map(({ trace }) => saveTrace(trace));
    expect(saved()).toEqual(saved());
  });

  it('keeps what a program throws, says whether it was expected, and leaves the other parts alone', () => {
    const parts = playDemo(
      made({
        ...words,
        parts: [
          { title: 'shown', program: fail, fails: ValueError },
          { title: 'another', program: fail, fails: DeadlockError },
          { title: 'fault', program: fail },
          { title: 'fine', program: nap, fails: ValueError },
        ],
      }),
    );
    expect(parts.map(({ failure }) => failure?.expected)).toEqual([true, false, false, undefined]);
    expect(parts[0]!.failure?.error).toBeInstanceOf(ValueError);
  });

  it('keeps the first deadlock if the clean-up stands still as well', () => {
    function* stubborn(): Coroutine<void> {
      const lock = new Lock('door');
      yield* lock.acquire();
      try {
        yield* lock.acquire();
      } finally {
        yield* lock.acquire();
      }
    }
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const [part] = playDemo(made({ ...words, program: stubborn, fails: DeadlockError }));
    expect(part!.failure?.expected).toBe(true);
    expect(errors.mock.calls).toEqual([['Task main was destroyed but it is pending!']]);
    errors.mockRestore();
  });

  it('reads what a program logs to the console as its output', () => {
    function* chatty(): Coroutine<void> {
      yield* sleep(5);
      console.log('hello', 5);
    }
    const [part] = playDemo(made({ ...words, program: chatty }));
    expect([...part!.trace].find((event) => event.kind === 'print')).toMatchObject({
      time: 5,
      text: 'hello 5',
    });
  });

  it('stops a program that would run for ever, and says so', () => {
    function* forever(): Coroutine<void> {
      for (;;) {
        yield* sleep(1);
        print('again');
      }
    }
    const [part] = playDemo(made({ ...words, program: forever }));
    expect(part!.failure?.error).toBeInstanceOf(TraceLimitError);
    expect(part!.trace.length).toBe(100_000);
  });
});
