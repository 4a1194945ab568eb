import { describe, expect, it } from 'vitest';
import { describeValue } from '../../src/core/errors.ts';
import {
  BrokenBarrierError,
  CancelledError,
  type Coroutine,
  createTask,
  DeadlockError,
  DeviceError,
  ExceptionGroup,
  InvalidStateError,
  isCancelled,
  LimitError,
  print,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  Recorder,
  RuntimeError,
  run,
  SystemExit,
  TimeoutError,
  ValueError,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

describe('the errors', () => {
  it('are Errors, called by their names', () => {
    const errors = [
      new CancelledError('stop'),
      new InvalidStateError('x'),
      new TimeoutError('x'),
      new RuntimeError('x'),
      new ValueError('x'),
      new QueueEmpty('x'),
      new QueueFull('x'),
      new QueueShutDown('x'),
      new BrokenBarrierError('x'),
      new DeviceError('x'),
      new SystemExit(3),
      new LimitError('x'),
      new ExceptionGroup('x', [1]),
      new DeadlockError(0, [], null),
    ];
    expect(errors.every((error) => error instanceof Error)).toBe(true);
    expect(errors.map(({ name }) => name)).toEqual([
      'CancelledError',
      'InvalidStateError',
      'TimeoutError',
      'RuntimeError',
      'ValueError',
      'QueueEmpty',
      'QueueFull',
      'QueueShutDown',
      'BrokenBarrierError',
      'DeviceError',
      'SystemExit',
      'LimitError',
      'ExceptionGroup',
      'DeadlockError',
    ]);
  });

  it('a ValueError is a RangeError too, a BrokenBarrierError a RuntimeError, as in JavaScript and in Python', () => {
    expect(new ValueError('x')).toBeInstanceOf(RangeError);
    expect(new BrokenBarrierError('x')).toBeInstanceOf(RuntimeError);
  });

  it('a cancellation keeps the message it was asked for with, and is told from other errors', () => {
    expect(new CancelledError('late').cancelMessage).toBe('late');
    expect(new CancelledError().cancelMessage).toBeUndefined();
    expect(isCancelled(new CancelledError())).toBe(true);
    expect(isCancelled(new TimeoutError())).toBe(false);
    expect(isCancelled(null)).toBe(false);
  });

  it('a SystemExit has a code, 0 by default', () => {
    expect([new SystemExit().code, new SystemExit(3).code, new SystemExit(3).message]).toEqual([
      0,
      3,
      'exit with code 3',
    ]);
  });
});

describe('an ExceptionGroup', () => {
  const boom = new RuntimeError('boom');
  const late = new TimeoutError('late');
  const range = new ValueError('range');
  const inner = new ExceptionGroup('inner', [late, range]);
  const outer = new ExceptionGroup('outer', [boom, inner]);
  const contentOf = (error: unknown) => (error instanceof ExceptionGroup ? error.errors : error);

  it('is an AggregateError with its errors in order, and needs at least one', () => {
    expect(outer).toBeInstanceOf(AggregateError);
    expect(outer.errors).toEqual([boom, inner]);
    expect(messageOf(() => new ExceptionGroup('none', []))).toBe(
      'ValueError: an ExceptionGroup needs at least one error, got an empty list',
    );
  });

  it('splits into what matches and the rest, keeping the nesting', () => {
    const [matching, rest] = outer.split((error) => error instanceof ValueError);
    expect(matching?.message).toBe('outer');
    expect(matching?.errors.map(contentOf)).toEqual([[range]]);
    expect(rest?.errors.map(contentOf)).toEqual([boom, [late]]);
  });

  it('splits into null where nothing is left, and takes a group whole that matches itself', () => {
    expect(outer.split(() => false)).toEqual([null, outer]);
    expect(outer.split((error) => error === outer)).toEqual([outer, null]);
    const [matching] = outer.split((error) => error === inner);
    expect(matching?.errors).toEqual([inner]);
  });

  it('does not see later changes of the list it was made of', () => {
    const list = [boom];
    const group = new ExceptionGroup('copy', list);
    list.push(boom);
    expect(group.errors).toEqual([boom]);
  });
});

describe('a value in a message', () => {
  it('has the article that its class sounds to need', () => {
    class Answer {}
    class Update {}
    class User {}
    expect([new Answer(), new Update(), new User(), new Uint8Array(), new Map()].map(describeValue)).toEqual([
      'an Answer',
      'an Update',
      'a User',
      'a Uint8Array',
      'a Map',
    ]);
  });

  it('is short, quoted if it is a string, and named if it has a name', () => {
    function* cook(): Generator {}
    const texts = [
      'rice',
      12,
      -0,
      10n,
      Symbol('s'),
      null,
      undefined,
      true,
      cook,
      () => {},
      cook(),
      Promise.resolve(),
      new Map(),
      [1, 'two', [3]],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      { a: 1 },
      Object.create(null),
      new TimeoutError('late'),
      new Error(''),
    ].map(describeValue);
    expect(texts).toEqual([
      '"rice"',
      '12',
      '0',
      '10',
      'Symbol(s)',
      'null',
      'undefined',
      'true',
      'function cook',
      'function (anonymous)',
      'a generator',
      'a Promise',
      'a Map',
      '[1, "two", [3]]',
      '[1, 2, 3, 4, 5, 6, …]',
      '{"a":1}',
      '{}',
      'TimeoutError: late',
      'Error',
    ]);
    expect(describeValue('x'.repeat(200))).toHaveLength(80);
  });

  it('may refer to itself, or refuse to be JSON', () => {
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    expect(describeValue(ring)).toBe('{"self":{"self":{…}}}');
    expect(describeValue({ big: 10n })).toBe('{"big":10}');
    const secret = Object.defineProperty({}, 'key', {
      enumerable: true,
      get: () => {
        throw new Error('nobody may look');
      },
    });
    expect(describeValue(secret)).toBe('an object');
    const list: unknown[] = [1];
    list.push(list);
    expect(describeValue(list)).toMatch(/^\[1, \[/);
    expect(describeValue(list).length).toBeLessThanOrEqual(80);
  });

  it('may be nested deeply: a short text looks at few of its parts', () => {
    let looks = 0;
    let deep: unknown = {
      get part() {
        looks++;
        return 0;
      },
    };
    for (let depth = 0; depth < 12; depth++) deep = [deep, deep];
    expect(describeValue(deep).length).toBeLessThanOrEqual(80);
    expect(looks).toBeLessThan(100);
  });

  it('that refers to itself can be printed, and returned by a task under a trace', () => {
    const lines: string[] = [];
    const list: unknown[] = [];
    list.push(list);
    const main = function* (): Coroutine<string> {
      print(list);
      yield* createTask(
        (function* (): Coroutine<unknown> {
          return list;
        })(),
      );
      return 'went on';
    };
    expect(run(main, { trace: new Recorder(), print: (line) => lines.push(line) })).toBe('went on');
    expect(lines).toHaveLength(1);
  });
});
