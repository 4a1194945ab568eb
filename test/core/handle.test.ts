import { describe, expect, it } from 'vitest';
import { type Coroutine, EventLoop, Recorder, SystemExit, sleep, type TraceEvent } from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

const kinds = (recorder: Recorder, pick: RegExp) =>
  [...recorder.toTrace()].filter(({ kind }) => pick.test(kind)).map(({ kind }) => kind);

describe('a handle', () => {
  it('calls its callback once, with its arguments, in the next iteration', () => {
    const loop = new EventLoop();
    const calls: unknown[] = [];
    loop.callSoon((...args: unknown[]) => calls.push([loop.iteration, ...args]), 1, 'two', null);
    loop.callSoon((...args: unknown[]) => calls.push([loop.iteration, args.length]));
    expect(calls).toEqual([]);
    loop.runUntilIdle();
    expect(calls).toEqual([
      [1, 1, 'two', null],
      [1, 0],
    ]);
  });

  it('cancelled before its turn keeps its place and is passed over, even by one before it in the batch', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({ trace: recorder });
    const calls: string[] = [];
    loop.callSoon(() => second.cancel());
    const second = loop.callSoon(() => calls.push('second'));
    loop.callSoon(() => calls.push('third'));
    loop.runUntilIdle();
    expect(calls).toEqual(['third']);
    expect(second.cancelled()).toBe(true);
    expect(kinds(recorder, /^handle:/)).toEqual([
      'handle:ready',
      'handle:ready',
      'handle:ready',
      'handle:run',
      'handle:cancel',
      'handle:end',
      'handle:skip',
      'handle:run',
      'handle:end',
    ]);
  });

  it('can be cancelled again and again, and after it ran, when that is no news to anybody', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({ trace: recorder });
    const soon = loop.callSoon(() => {});
    const later = loop.callLater(5, () => {});
    loop.runUntilIdle();
    const before = recorder.length;
    for (const handle of [soon, later, soon]) handle.cancel();
    expect(recorder.length).toBe(before);
    expect([soon.cancelled(), later.cancelled()]).toEqual([true, true]);
  });

  it('may cancel itself while it runs: that changes nothing', () => {
    const loop = new EventLoop();
    const calls: number[] = [];
    const handle = loop.callSoon(() => {
      calls.push(1);
      handle.cancel();
      calls.push(2);
    });
    loop.runUntilIdle();
    expect(calls).toEqual([1, 2]);
  });

  it('whose callback throws tells the exception handler, by name, and the loop goes on', () => {
    const loop = new EventLoop();
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, { message, exception, handle }) =>
      reports.push([message, String(exception), handle === first]),
    );
    const first = loop.callSoon(function burn() {
      throw new Error('smoke');
    });
    const calls: string[] = [];
    loop.callSoon(() => calls.push('next'));
    loop.runUntilIdle();
    expect(reports).toEqual([['Exception in callback burn', 'Error: smoke', true]]);
    expect(calls).toEqual(['next']);
  });

  it('that exits the program leaves the rest of its batch queued, in order', () => {
    const loop = new EventLoop();
    const calls: string[] = [];
    loop.callSoon(() => {
      calls.push('a');
      loop.callSoon(() => calls.push('c'));
      throw new SystemExit(3);
    });
    loop.callSoon(() => calls.push('b'));
    expect(messageOf(() => loop.runUntilIdle())).toBe('SystemExit: exit with code 3');
    expect([calls, loop.isRunning()]).toEqual([['a'], false]);
    loop.runUntilIdle();
    expect(calls).toEqual(['a', 'b', 'c']);
  });

  it('after an exit the rest of the batch begins an iteration of its own, with the timers that are due', () => {
    const loop = new EventLoop();
    const calls: string[] = [];
    const put = (name: string) => calls.push(name);
    loop.callSoon(() => {
      put('a');
      loop.callSoon(put, 'c');
      loop.callLater(0, put, 'timer');
      throw new SystemExit();
    });
    loop.callSoon(() => {
      put('b');
      loop.callSoon(put, 'd');
    });
    messageOf(() => loop.runUntilIdle());
    loop.runUntilIdle();
    // CPython 3.14: what was left is in the ready queue like anything else; then come the due timers; then d.
    expect(calls).toEqual(['a', 'b', 'c', 'timer', 'd']);
  });
});

describe('a timer handle', () => {
  it('is called at its time, to the fraction, and knows it', () => {
    const loop = new EventLoop();
    const calls: unknown[] = [];
    const later = loop.callLater(10.25, (x: string) => calls.push([loop.time(), x]), 'later');
    const at = loop.callAt(7, () => calls.push([loop.time(), 'at']));
    expect([later.when(), at.when()]).toEqual([10.25, 7]);
    loop.runUntilIdle();
    expect(calls).toEqual([
      [7, 'at'],
      [10.25, 'later'],
    ]);
  });

  it('of zero, less, or a time that has passed is due at once, behind all that is ready', () => {
    const loop = new EventLoop();
    const calls: string[] = [];
    loop.runUntil(50);
    const put = (name: string) => calls.push(`${name} in ${loop.iteration}`);
    loop.callLater(0, put, 'zero');
    loop.callLater(-5, put, 'less');
    loop.callAt(10, put, 'passed');
    loop.callSoon(put, 'soon');
    const before = loop.iteration;
    loop.runUntilIdle();
    expect(calls.map((line) => line.replace(/\d+/, (n) => String(Number(n) - before)))).toEqual([
      'soon in 1',
      'passed in 1',
      'less in 1',
      'zero in 1',
    ]);
    expect(loop.time()).toBe(50);
  });

  it('equal deadlines come in the order in which they were set, whatever was cancelled between', () => {
    const loop = new EventLoop();
    const calls: number[] = [];
    const handles = Array.from({ length: 30 }, (_, n) => loop.callAt(5, (x: number) => calls.push(x), n));
    for (const [n, handle] of handles.entries()) if (n % 4 === 0) handle.cancel();
    loop.runUntilIdle();
    expect(calls).toEqual(Array.from({ length: 30 }, (_, n) => n).filter((n) => n % 4 !== 0));
  });

  it('cancelled before its time leaves the timers at once; between its time and its turn it is passed over', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({ trace: recorder });
    const calls: string[] = [];
    const early = loop.callLater(10, () => calls.push('early'));
    early.cancel();
    expect(loop.timers.length).toBe(0);
    loop.callLater(5, () => late.cancel());
    const late = loop.callLater(5, () => calls.push('late'));
    loop.runUntilIdle();
    expect([calls, loop.time()]).toEqual([[], 5]);
    const events = [...recorder.toTrace()] as TraceEvent[];
    expect(events.filter(({ kind }) => /cancel|skip/.test(kind)).map(({ kind }) => kind)).toEqual([
      'timer:cancel',
      'handle:cancel',
      'handle:skip',
    ]);
  });

  it('refuses a time that is none', () => {
    const loop = new EventLoop();
    const refusals = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '5' as never].flatMap(
      (ms) => [messageOf(() => loop.callLater(ms, () => {})), messageOf(() => loop.callAt(ms, () => {}))],
    );
    expect(refusals).toEqual([
      'ValueError: Invalid delay: callLater() needs a finite number of ms, got NaN (not a number)',
      'ValueError: Invalid delay: callAt() needs a finite number of ms, got NaN (not a number)',
      'ValueError: Invalid delay: callLater() needs a finite number of ms, got Infinity',
      'ValueError: Invalid delay: callAt() needs a finite number of ms, got Infinity',
      'ValueError: Invalid delay: callLater() needs a finite number of ms, got -Infinity',
      'ValueError: Invalid delay: callAt() needs a finite number of ms, got -Infinity',
      'ValueError: Invalid delay: callLater() needs a finite number of ms, got "5"',
      'ValueError: Invalid delay: callAt() needs a finite number of ms, got "5"',
    ]);
    expect(loop.timers.length).toBe(0);
  });
});

it('what is no function cannot be scheduled', () => {
  const loop = new EventLoop();
  function* cook(): Coroutine<void> {
    yield* sleep(1);
  }
  expect(messageOf(() => loop.callSoon(cook() as never))).toBe(
    'TypeError: a callback was expected by callSoon(), got a generator',
  );
  expect(messageOf(() => loop.callLater(5, undefined as never))).toMatch(
    /^TypeError: a callback was expected by call(At|Later)\(\), got undefined$/,
  );
});

describe('a callback that makes a coroutine', () => {
  it('is told so, and how to start a task: nobody would run it', () => {
    const told: string[] = [];
    const loop = new EventLoop({ exceptionHandler: (_, { exception }) => told.push(String(exception)) });
    function* worker(): Coroutine<void> {
      told.push('never');
    }
    loop.callSoon(worker);
    loop.callLater(2, worker);
    loop.createFuture().addDoneCallback(worker);
    const future = loop.createFuture<void>();
    future.addDoneCallback(worker);
    future.setResult();
    loop.callSoon(() => sleep(1));
    loop.callSoon(() => loop.createTask(sleep(1))); // a task is none
    loop.callSoon(() => null);
    loop.runUntilIdle();
    const mistake = 'made a coroutine that nobody awaits: a callback is a plain function. Start a task in it';
    expect(told).toEqual([
      `TypeError: the callback worker ${mistake}, createTask(worker())`,
      `TypeError: the callback worker ${mistake}, createTask(worker())`,
      `TypeError: the callback (anonymous) ${mistake}, createTask(…)`,
      `TypeError: the callback worker ${mistake}, createTask(worker())`,
    ]);
  });
});
