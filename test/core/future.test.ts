import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  EventLoop,
  type Future,
  getRunningLoop,
  now,
  RuntimeError,
  run,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

const boom = new RuntimeError('boom');

describe('a future', () => {
  it('is settled once, with a result, an exception or a cancellation, and says how', () => {
    const loop = new EventLoop();
    const [pending, result, failed, cancelled] = [1, 2, 3, 4].map(() => loop.createFuture<number>());
    result?.setResult(42);
    failed?.setException(boom);
    cancelled?.cancel('enough');
    const states = [pending, result, failed, cancelled].map((future) => [
      future?.done(),
      future?.cancelled(),
    ]);
    expect(states).toEqual([
      [false, false],
      [true, false],
      [true, false],
      [true, true],
    ]);
    expect(result?.result()).toBe(42);
    expect(result?.exception()).toBeNull();
    expect(failed?.exception()).toBe(boom);
    expect(() => failed?.result()).toThrow(boom);
    expect(messageOf(() => cancelled?.result())).toBe('CancelledError: enough');
    expect(messageOf(() => cancelled?.exception())).toBe('CancelledError: enough');
    expect(result?.getLoop()).toBe(loop);
  });

  it('refuses to be read before it is done, or settled twice, saying how it ended', () => {
    const loop = new EventLoop();
    const future = loop.createFuture<number>('answer');
    expect(messageOf(() => future.result())).toBe(
      'InvalidStateError: Result is not set: the future answer is still pending',
    );
    expect(messageOf(() => future.exception())).toBe(
      'InvalidStateError: Exception is not set: the future answer is still pending',
    );
    future.setResult(42);
    expect(messageOf(() => future.setResult(43))).toBe(
      'InvalidStateError: invalid state: the future answer is done already (result 42), and is settled only once',
    );
    expect(messageOf(() => future.setException(boom))).toBe(
      'InvalidStateError: invalid state: the future answer is done already (result 42), and is settled only once',
    );
    expect(future.cancel()).toBe(false);
    expect(future.result()).toBe(42);
    const unnamed = loop.createFuture<void>();
    unnamed.cancel();
    expect(messageOf(() => unnamed.setResult())).toBe(
      'InvalidStateError: invalid state: the future is done already (cancelled), and is settled only once',
    );
  });

  it('makes an error of an error class, as asyncio does', () => {
    const future = new EventLoop().createFuture();
    future.setException(RuntimeError);
    expect(future.exception()).toBeInstanceOf(RuntimeError);
  });

  it('gives an awaiting task its result at the moment it is settled, two iterations after a timer is due', () => {
    const answer = run(function* () {
      const loop = getRunningLoop();
      const future = loop.createFuture<number>();
      loop.callLater(10, () => future.setResult(42));
      return [yield* future, now()];
    });
    expect(answer).toEqual([42, 10]);
  });

  it('that is done gives its result without a turn for anybody else', () => {
    const log = journal();
    run(function* () {
      getRunningLoop().callSoon(() => log('somebody else'));
      const future = getRunningLoop().createFuture<number>();
      future.setResult(1);
      log((yield* future) + (yield* future));
      yield* sleep(0);
    });
    expect(log.lines).toEqual(['0 Task-1: 2', '0: somebody else']);
  });

  it('can be awaited by many, who go on in the order in which they came', () => {
    const log = journal();
    function* waiter(future: Future<string>): Coroutine<void> {
      log(yield* future);
    }
    run(function* () {
      const future = getRunningLoop().createFuture<string>();
      for (const name of ['a', 'b', 'c']) createTask(waiter(future), { name });
      yield* sleep(5);
      future.setResult('go');
      yield* sleep(0);
    });
    expect(log.lines).toEqual(['5 a: go', '5 b: go', '5 c: go']);
  });

  it('throws its exception at each who awaits it: the same error', () => {
    const seen: unknown[] = [];
    function* waiter(future: Future<void>): Coroutine<void> {
      try {
        yield* future;
      } catch (error) {
        seen.push(error);
      }
    }
    run(function* () {
      const future = getRunningLoop().createFuture<void>();
      createTask(waiter(future));
      createTask(waiter(future));
      yield* sleep(1);
      future.setException(boom);
      yield* sleep(1);
    });
    expect(seen).toEqual([boom, boom]);
  });
});

describe('a done callback', () => {
  it('is called with the future in the next iteration, never at once, in the order of adding', () => {
    const loop = new EventLoop();
    const future = loop.createFuture<string>();
    const calls: unknown[] = [];
    future.addDoneCallback((done) => calls.push(['first', done === future]));
    future.addDoneCallback((done) => calls.push(['second', done.result()]));
    future.setResult('rice');
    expect(calls).toEqual([]);
    future.addDoneCallback(() => calls.push(['late']));
    expect(calls).toEqual([]);
    loop.runReady();
    expect(calls).toEqual([['first', true], ['second', 'rice'], ['late']]);
  });

  it('is taken back as often as it was added', () => {
    const loop = new EventLoop();
    const future = loop.createFuture<void>();
    const calls: string[] = [];
    const a = () => calls.push('a');
    const b = () => calls.push('b');
    for (const callback of [a, b, a]) future.addDoneCallback(callback);
    expect([future.removeDoneCallback(a), future.removeDoneCallback(a)]).toEqual([2, 0]);
    future.setResult();
    expect(future.removeDoneCallback(b)).toBe(0); // it is on its way
    loop.runReady();
    expect(calls).toEqual(['b']);
  });

  it('that throws is told to the exception handler, and the others are called', () => {
    const loop = new EventLoop();
    const reports: string[] = [];
    loop.setExceptionHandler((_, { message, exception }) => reports.push(`${message}: ${exception}`));
    const future = loop.createFuture<void>();
    const calls: string[] = [];
    future.addDoneCallback(function careless() {
      throw boom;
    });
    future.addDoneCallback(() => calls.push('called'));
    future.setResult();
    loop.runReady();
    expect(reports).toEqual(['Exception in callback careless: RuntimeError: boom']);
    expect(calls).toEqual(['called']);
  });

  it('and a waiting task are told in the order in which they asked', () => {
    const log = journal();
    run(function* () {
      const future = getRunningLoop().createFuture<void>();
      future.addDoneCallback(() => log('callback 1'));
      createTask(
        (function* (): Coroutine<void> {
          yield* future;
          log('goes on');
        })(),
        { name: 'waiter' },
      );
      yield* sleep(1);
      future.addDoneCallback(() => log('callback 2'));
      future.setResult();
      yield* sleep(0);
    });
    expect(log.lines).toEqual(['1: callback 1', '1 waiter: goes on', '1: callback 2']);
  });
});

describe('an exception that nobody looks at', () => {
  const never = 'Future exception was never retrieved: RuntimeError: boom';
  const reportsOf = (look: (future: Future<unknown>) => void) =>
    runTold(function* (): Coroutine<void> {
      const future = getRunningLoop().createFuture();
      future.setException(boom);
      look(future);
    }).reports;

  it('is reported when the loop closes', () => {
    expect(reportsOf(() => {})).toEqual([never]);
  });

  it('counts as looked at by result(), exception() and cancel(), not by done()', () => {
    expect(reportsOf((future) => messageOf(() => future.result()))).toEqual([]);
    expect(reportsOf((future) => future.exception())).toEqual([]);
    expect(reportsOf((future) => future.cancel())).toEqual([]);
    expect(reportsOf((future) => future.done())).toEqual([never]);
  });

  it('counts as looked at by whoever awaits it', () => {
    const { reports, error } = runTold(function* (): Coroutine<void> {
      const future = getRunningLoop().createFuture<void>();
      future.setException(boom);
      yield* future;
    });
    expect([reports, error]).toEqual([[], boom]);
  });
});

describe('a future of another loop', () => {
  it('is refused, unless it is done already', () => {
    const foreign = new EventLoop().createFuture<string>('foreign');
    const main = function* (): Coroutine<string> {
      return yield* foreign;
    };
    expect(messageOf(() => run(main))).toBe(
      'RuntimeError: the task Task-1 got a future attached to a different loop: each future belongs to one loop',
    );
    foreign.setResult('done');
    expect(run(main)).toBe('done');
  });

  it('cannot be run to its end by a loop that is not its own', () => {
    const foreign = new EventLoop().createFuture();
    expect(messageOf(() => new EventLoop().runUntilComplete(foreign))).toBe(
      'ValueError: The future belongs to a different loop than this one',
    );
  });
});

describe('what a coroutine throws may be anything', () => {
  it.each([undefined, null, 0, 'text'])('%s', (thrown) => {
    const main = function* (): Coroutine<void> {
      yield* sleep(1);
      throw thrown;
    };
    let caught: unknown = 'nothing';
    try {
      run(main);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
  });
});

it('a cancelled future gives its message once, then none, as asyncio does', () => {
  const future = new EventLoop().createFuture();
  future.cancel('stop');
  expect(messageOf(() => future.result())).toBe('CancelledError: stop');
  expect(new CancelledError().message).toBe('');
});
