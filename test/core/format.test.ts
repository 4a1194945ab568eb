import { describe, expect, it } from 'vitest';
import { formatValue } from '../../src/core/format.ts';
import {
  allTasks,
  Barrier,
  Condition,
  ContextVar,
  type Coroutine,
  createTask,
  Event,
  getRunningLoop,
  Lock,
  print,
  Queue,
  run,
  Semaphore,
  shared,
  sleep,
  ThreadLock,
  wait,
} from '../../src/index.ts';

function* fails(): Coroutine<void> {
  throw new RangeError('too far');
}

describe('a printed value', () => {
  it('is shown in full: two values that differ look different', () => {
    const list = Array.from({ length: 100 }, (_, i) => i);
    expect(formatValue(list)).toBe(`[${list.join(', ')}]`);
    expect(formatValue({ u: { a: { b: [1, { c: 'd' }] } } })).toBe('{u: {a: {b: [1, {c: "d"}]}}}');
    expect(formatValue([undefined, null, -0, 0, 2n])).toBe('[undefined, null, -0, 0, 2n]');
  });

  it('is told by its kind', () => {
    class Dish {
      name = 'rice';
    }
    expect(formatValue(new Map([['a', new Set([1, 2])]]))).toBe('Map {"a" => Set {1, 2}}');
    expect(formatValue(new Dish())).toBe('Dish {name: "rice"}');
    expect(formatValue(new RangeError('too far'))).toBe('RangeError: too far');
    expect(formatValue(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(formatValue(() => 1)).toBe('[function (anonymous)]');
    expect(formatValue('as it is')).toBe('as it is');
  });

  it('of the library says what it is and how it stands, as Python’s repr does, and not how it is made', () => {
    const lines: string[] = [];
    run(
      (function* main() {
        const lock = new Lock('stove');
        const rice = createTask(
          lock.run(() => sleep(10)),
          { name: 'rice' },
        );
        const soup = createTask(
          lock.run(() => sleep(10)),
          { name: 'soup' },
        );
        const odd = createTask(fails());
        const limits = new Semaphore(2);
        const orders = new Queue<string>(3, 'orders');
        yield* limits.acquire();
        yield* orders.put('tea');
        print(rice, lock, limits, orders, new Event('open'), new Condition(), new Barrier(2, 'start'));
        yield* sleep(5);
        print(lock, `${soup}`, { odd });
        const { done, pending } = yield* wait([rice, soup], { timeout: 7 });
        print({ done, pending });
        soup.cancel();
        yield* sleep(1);
        print(allTasks(), soup, getRunningLoop(), getRunningLoop().createFuture('answer'));
        print(sleep(5), fails(), new ContextVar('who'), new ThreadLock('table'), shared(3, 'stock'));
        odd.exception();
      })(),
      { print: (line) => lines.push(line) },
    );
    expect(lines).toEqual([
      "<Task pending name='rice'> <Lock stove [unlocked]> <Semaphore [unlocked, value:1]> <Queue orders [1 of 3 items]> " +
        '<Event open [unset]> <Condition [unlocked]> <Barrier start [filling, waiters:0/2]>',
      "<Lock stove [locked, waiters:1]> <Task pending name='soup'> " +
        "{odd: <Task finished name='Task-2' exception=RangeError: too far>}",
      "{done: Set {<Task finished name='rice' result=undefined>}, pending: Set {<Task pending name='soup'>}}",
      "[<Task pending name='Task-1'>] <Task cancelled name='soup'> " +
        "<EventLoop running=true closed=false debug=false> <Future pending name='answer'>",
      "sleep(5) <generator> <ContextVar name='who'> <ThreadLock table [unlocked]> shared(3)",
    ]);
  });

  it('that says itself what it is is taken at its word', () => {
    class Dish {
      toString() {
        return 'a dish';
      }
    }
    expect(formatValue([new Dish(), new URL('http://a.b/c'), /x+/g])).toBe('[a dish, http://a.b/c, /x+/g]');
    expect(formatValue(new Uint8Array([1, 2]))).toBe('Uint8Array {0: 1, 1: 2}');
    expect(formatValue(Object.create(null))).toBe('{}');
  });

  it('may contain itself', () => {
    const ring: unknown[] = [1];
    ring.push(ring, { ring });
    expect(formatValue(ring)).toBe('[1, [circular], {ring: [circular]}]');
  });
});
