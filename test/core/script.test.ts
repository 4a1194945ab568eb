import { describe, expect, it, vi } from 'vitest';
import {
  blockingSleep,
  type Coroutine,
  compute,
  EventLoop,
  gather,
  now,
  print,
  Recorder,
  run,
  runScript,
  seconds,
  sleep,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

/** The program of the article that this project sprang from: three tasks at once, then one after another. */
function article(): number {
  function* asyncTask(): Coroutine<void> {
    const start = now();
    yield* sleep(seconds(1));
    print('Doing async tasks');
    yield* sleep(seconds(1));
    print(now() - start);
  }
  function syncTask(): void {
    const start = now();
    blockingSleep(seconds(1));
    print('Doing async tasks');
    blockingSleep(seconds(1));
    print(now() - start);
  }
  function* main(): Coroutine<void> {
    yield* gather([1, 2, 3].map(() => asyncTask()));
  }

  let start = now();
  run(main());
  print(`Time elapsed for running 3 coroutine tasks: ${now() - start}`);
  start = now();
  for (let i = 0; i < 3; i++) syncTask();
  print(`Time elapsed for running 3 sync tasks: ${now() - start}`);
  return now();
}

describe('a script', () => {
  it('has one clock from beginning to end: the article’s ends at 8 seconds', () => {
    const lines: string[] = [];
    const end = runScript(article, { print: (line) => lines.push(line) });
    expect(end).toBe(8000);
    expect(lines).toEqual([
      'Doing async tasks',
      'Doing async tasks',
      'Doing async tasks',
      '2000',
      '2000',
      '2000',
      'Time elapsed for running 3 coroutine tasks: 2000',
      'Doing async tasks',
      '2000',
      'Doing async tasks',
      '2000',
      'Doing async tasks',
      '2000',
      'Time elapsed for running 3 sync tasks: 6000',
    ]);
  });

  it('writes all of it to one trace, with times that never go back', () => {
    const recorder = new Recorder();
    runScript(article, { print: () => {}, trace: recorder });
    const events = [...recorder.toTrace()];
    expect(events.at(-1)?.time).toBe(8000);
    expect(events.every(({ time }, i) => i === 0 || time >= events[i - 1]!.time)).toBe(true);
    const blocks = events.filter(({ kind }) => kind === 'block');
    expect(blocks).toHaveLength(6);
    expect(blocks[5]).toMatchObject({ from: 7000, to: 8000, task: 0 });
    expect(events.filter(({ kind }) => kind === 'print')).toHaveLength(14);
  });

  it('gives its result; a coroutine it returns is run, so a program is a script as well', () => {
    function* main(): Coroutine<string> {
      compute(3);
      yield* sleep(4);
      return `at ${now()}`;
    }
    expect(runScript(() => 'plain')).toBe('plain');
    expect(runScript(main)).toBe('at 7');
  });

  it('hands its settings to the loops in it', () => {
    const seen = runScript(
      () => {
        const loop = new EventLoop();
        return [
          loop.random.seed,
          loop.debug,
          loop.eager,
          loop.time(),
          new EventLoop({ seed: 8 }).random.seed,
        ];
      },
      { seed: 7, debug: true, eager: true },
    );
    expect(seen).toEqual([7, true, true, 0, 8]);
  });

  it('is over when it throws, and the next one begins at 0', () => {
    expect(() =>
      runScript(() => {
        compute(5);
        throw new Error('boom');
      }),
    ).toThrow('boom');
    expect(runScript(() => now())).toBe(0);
  });

  it('does not nest, neither in a script nor in a loop', () => {
    expect(messageOf(() => runScript(() => runScript(() => 1)))).toBe(
      'RuntimeError: a script is running already, and scripts do not nest',
    );
    const main = function* (): Coroutine<string> {
      return messageOf(() => runScript(() => 1));
    };
    expect(run(main)).toBe('RuntimeError: runScript() can not be called in a running event loop');
  });

  it('cannot be an async function: its second half would run when the clock is gone', async () => {
    let outcome: unknown;
    try {
      outcome = runScript(async () => now());
    } catch (error) {
      outcome = error;
    }
    await Promise.resolve();
    expect(String(outcome)).toMatch(
      /^(TypeError|RuntimeError): .*promises belong to JavaScript’s own event loop/,
    );
  });
});

describe('where there is neither loop nor script', () => {
  it.each([
    ['compute()', () => compute(5)],
    ['blockingSleep()', () => blockingSleep(5)],
    ['now()', () => now()],
  ])('%s says what to do', (what, call) => {
    expect(messageOf(call)).toBe(
      `RuntimeError: ${what} needs a virtual clock, and there is none here: call it in a coroutine that runs on a loop, or in runScript(() => …)`,
    );
  });

  it('print writes to the console', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    print('hello');
    const { calls } = log.mock;
    log.mockRestore();
    expect(calls).toEqual([['hello']]);
  });
});
