/** What still holds when a loop is closed, and how it is closed when the program is ended meanwhile. */
import { describe, expect, it } from 'vitest';
import { type Coroutine, EventLoop, gather, Recorder, SystemExit, sleep, stateAt } from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

const quiet = { exceptionHandler: () => {} };

/** A loop that was closed while a task of it waited for a future. */
function closedWithTask(trace?: Recorder) {
  const loop = new EventLoop({ ...quiet, ...(trace && { trace }) });
  const future = loop.createFuture<number>('answer');
  const task = loop.createTask(
    (function* waits(): Coroutine<number> {
      return yield* future;
    })(),
    { name: 'left' },
  );
  loop.runReady();
  loop.close();
  return { loop, future, task };
}

const CLOSED = /^RuntimeError: Event loop is closed/;

describe('in a closed loop', () => {
  it('a future that somebody waits for is settled, and says that nobody can be woken', () => {
    const { future } = closedWithTask();
    expect(messageOf(() => future.setResult(1))).toMatch(CLOSED);
    expect(future.result()).toBe(1);
  });

  it('a gather is not told that a child is done', () => {
    const loop = new EventLoop(quiet);
    const child = loop.createFuture<number>();
    const both = gather(child);
    loop.close();
    expect(messageOf(() => child.setResult(1))).toMatch(CLOSED);
    expect(both.done()).toBe(false);
  });

  it('a task can not be cancelled, as it can not be woken', () => {
    const { task } = closedWithTask();
    expect(messageOf(() => task.cancel())).toMatch(CLOSED);
  });

  it('a callback on what is done is refused, one on what is not is kept', () => {
    const { loop, future } = closedWithTask();
    future.addDoneCallback(() => {});
    const done = loop.createFuture<number>();
    done.setResult(1);
    expect(messageOf(() => done.addDoneCallback(() => {}))).toMatch(CLOSED);
  });

  it('nobody is ready, in its trace either', () => {
    const trace = new Recorder();
    const { future, loop } = closedWithTask(trace);
    expect(messageOf(() => future.setResult(1))).toMatch(CLOSED);
    expect([loop.ready.length, stateAt(trace.toTrace(), trace.length).ready]).toEqual([0, []]);
  });
});

it('a loop is closed also where the exception handler ends the program at the first report', () => {
  const loop = new EventLoop({
    exceptionHandler: () => {
      throw new SystemExit(9);
    },
  });
  loop.createTask(sleep(5));
  loop.runReady();
  expect(() => loop.close()).toThrow(SystemExit);
  expect(loop.isClosed()).toBe(true);
  expect(() => loop.close()).not.toThrow();
});
