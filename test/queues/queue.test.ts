import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  gather,
  LifoQueue,
  now,
  PriorityQueue,
  Queue,
  Recorder,
  run,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf, runTold } from '../support/journal.ts';

describe('a Queue', () => {
  it('gives items in the order in which they were put', () => {
    const got = run(function* () {
      const orders = new Queue<string>();
      for (const order of ['rice', 'tea', 'cake']) yield* orders.put(order);
      expect([orders.qsize(), orders.empty(), orders.full()]).toEqual([3, false, false]);
      return [yield* orders.get(), yield* orders.get(), orders.getNowait(), orders.empty()];
    });
    expect(got).toEqual(['rice', 'tea', 'cake', true]);
  });

  it('get waits for an item, put for a place', () => {
    const log = journal();
    run(function* () {
      const orders = new Queue<number>(1);
      function* producer(): Coroutine<void> {
        for (let n = 1; n <= 3; n++) {
          yield* orders.put(n);
          log(`put ${n}`);
        }
      }
      function* consumer(): Coroutine<void> {
        for (let n = 1; n <= 3; n++) {
          yield* sleep(10);
          log(`got ${yield* orders.get()}`);
        }
      }
      yield* gather(createTask(producer(), { name: 'p' }), createTask(consumer(), { name: 'c' }));
    });
    expect(log.lines).toEqual([
      '0 p: put 1',
      '10 c: got 1',
      '10 p: put 2',
      '20 c: got 2',
      '20 p: put 3',
      '30 c: got 3',
    ]);
  });

  it('that has what is asked for gives nobody else a turn', () => {
    const log = journal();
    run(function* () {
      const orders = new Queue<number>();
      createTask(
        (function* (): Coroutine<void> {
          log('other');
        })(),
      );
      yield* orders.put(1);
      log(yield* orders.get());
      yield* sleep(0);
    });
    expect(log.lines).toEqual(['0 Task-1: 1', '0 Task-2: other']);
  });

  it('hands nothing over: who is quicker has the item, and who was woken queues again, at the end', () => {
    const log = journal();
    run(function* () {
      const orders = new Queue<string>();
      function* get(): Coroutine<void> {
        log(yield* orders.get());
      }
      createTask(get(), { name: 'first' });
      createTask(get(), { name: 'second' });
      yield* sleep(1);
      orders.putNowait('one');
      log(`steals ${orders.getNowait()}`);
      yield* sleep(1);
      orders.putNowait('two');
      orders.putNowait('three');
      yield* sleep(1);
    });
    expect(log.lines).toEqual(['1 Task-1: steals one', '2 second: two', '2 first: three']);
  });

  it('a getter that was woken and is cancelled leaves the item to the next', () => {
    const log = journal();
    run(function* () {
      const orders = new Queue<string>();
      function* get(): Coroutine<void> {
        log(yield* orders.get());
      }
      const first = createTask(get(), { name: 'first' });
      createTask(get(), { name: 'second' });
      yield* sleep(1);
      orders.putNowait('one');
      first.cancel();
      yield* sleep(1);
      log(first.cancelled());
    });
    expect(log.lines).toEqual(['1 second: one', '2 Task-1: true']);
  });

  it('join waits until the work on every item is done; taskDone once too often is refused', () => {
    const log = journal();
    run(function* () {
      const work = new Queue<number>();
      function* worker(): Coroutine<void> {
        for (;;) {
          const ms = yield* work.get();
          yield* sleep(ms);
          work.taskDone();
        }
      }
      for (const ms of [10, 20, 30]) work.putNowait(ms);
      const workers = [createTask(worker()), createTask(worker())];
      yield* work.join();
      log('all done');
      yield* work.join();
      for (const task of workers) task.cancel();
      expect(messageOf(() => work.taskDone())).toBe(
        'ValueError: task_done() called too many times: once for each item that was put',
      );
    });
    expect(log.lines).toEqual(['40 Task-1: all done']);
  });

  it('refuses to be empty or full at once, by its name', () => {
    const named = new Queue<number>(1, 'orders');
    expect(messageOf(() => named.getNowait())).toBe('QueueEmpty: the queue orders is empty');
    named.putNowait(1);
    expect(messageOf(() => named.putNowait(2))).toBe('QueueFull: the queue orders is full with 1 items');
    expect(messageOf(() => new Queue(0.5))).toBe('ValueError: maxsize is a whole number, got 0.5');
    expect(messageOf(() => new Queue(Number.NaN))).toBe('ValueError: maxsize is a whole number, got NaN');
    expect(new Queue(-1).full()).toBe(false);
  });

  it('shut down lets out what is in, and then says so to all who wait', () => {
    const log = journal();
    run(function* () {
      const orders = new Queue<string>(1, 'orders');
      function* tell(name: string, of: Coroutine<unknown>): Coroutine<void> {
        try {
          log(`${name} ${yield* of}`);
        } catch (error) {
          log(`${name} ${error}`);
        }
      }
      orders.putNowait('rice');
      createTask(tell('put', orders.put('tea')), { name: 'p' });
      yield* sleep(1);
      orders.shutdown();
      yield* sleep(1);
      yield* tell('get', orders.get());
      yield* tell('get', orders.get());
      expect(messageOf(() => orders.putNowait('x'))).toBe('QueueShutDown: the queue orders was shut down');
    });
    expect(log.lines).toEqual([
      '1 p: put QueueShutDown: the queue orders was shut down',
      '2 Task-1: get rice',
      '2 Task-1: get QueueShutDown: the queue orders was shut down',
    ]);
  });

  it('shut down at once drops what is in, and ends a join', () => {
    const log = journal();
    run(function* () {
      const orders = new Queue<string>();
      orders.putNowait('rice');
      createTask(
        (function* (): Coroutine<void> {
          yield* orders.join();
          log('joined');
        })(),
        { name: 'j' },
      );
      yield* sleep(1);
      orders.shutdown(true);
      expect(orders.qsize()).toBe(0);
      yield* sleep(1);
    });
    expect(log.lines).toEqual(['1 j: joined']);
  });

  it('tells in the trace how many items it has', () => {
    const recorder = new Recorder();
    run(
      function* () {
        const orders = new Queue<number>(5, 'orders');
        yield* orders.put(1);
        yield* orders.put(2);
        yield* orders.get();
      },
      { trace: recorder },
    );
    const uses = [...recorder.toTrace()].flatMap((event) =>
      event.kind === 'resource:use' ? [`${event.action} ${event.value}`] : [],
    );
    expect(uses).toEqual(['put 1', 'put 2', 'get 1']);
  });

  it('belongs to the loop in which somebody first waited for it', () => {
    const orders = new Queue<number>();
    const wait = function* (): Coroutine<number> {
      const got = createTask(orders.get());
      yield* sleep(1);
      orders.putNowait(now());
      return yield* got;
    };
    expect(run(wait)).toBe(1);
    expect(String(runTold(wait).error)).toMatch(/^RuntimeError: .*bound to a different event loop/);
  });
});

describe('other orders', () => {
  it('a LifoQueue gives the last first', () => {
    const stack = new LifoQueue<number>(3);
    for (const n of [1, 2, 3]) stack.putNowait(n);
    expect([stack.full(), stack.getNowait(), stack.getNowait(), stack.qsize()]).toEqual([true, 3, 2, 1]);
  });

  it('a PriorityQueue gives the least first: numbers, strings, arrays place by place, or as it is told', () => {
    const drain = <T>(queue: Queue<T>, items: T[]) => {
      for (const item of items) queue.putNowait(item);
      return items.map(() => queue.getNowait());
    };
    expect(drain(new PriorityQueue<number>(), [3, 10, -1, 2])).toEqual([-1, 2, 3, 10]);
    expect(drain(new PriorityQueue<string>(), ['b', 'a', 'ab'])).toEqual(['a', 'ab', 'b']);
    expect(
      drain(new PriorityQueue<[number, string]>(), [
        [2, 'b'],
        [1, 'z'],
        [2, 'a'],
      ]),
    ).toEqual([
      [1, 'z'],
      [2, 'a'],
      [2, 'b'],
    ]);
    const longest = { less: (a: string, b: string) => a.length > b.length };
    expect(drain(new PriorityQueue<string>(0, 'words', longest), ['a', 'ccc', 'bb'])).toEqual([
      'ccc',
      'bb',
      'a',
    ]);
  });

  it('items without an order are refused when they have to be compared, and are not counted as work', () => {
    const jobs = new PriorityQueue<unknown>();
    jobs.putNowait({ priority: 1 });
    expect(messageOf(() => jobs.putNowait({ priority: 2 }))).toMatch(
      /^TypeError: items of types object and object have no order: put numbers, strings or arrays like \[priority, item\]/,
    );
  });
});
