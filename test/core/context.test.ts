import { afterEach, describe, expect, it } from 'vitest';
import { running } from '../../src/core/running.ts';
import {
  Context,
  ContextVar,
  type Coroutine,
  copyContext,
  createTask,
  EventLoop,
  gather,
  getRunningLoop,
  Runner,
  run,
  sleep,
  timeout,
} from '../../src/index.ts';
import { journal, messageOf } from '../support/journal.ts';

const request = new ContextVar('request', { default: 'none' });

afterEach(() => {
  running.context = null; // a `set` outside of any loop lasts, as in Python
});

describe('a context variable', () => {
  it('has its default until it is set, or the fallback of the asker, or none', () => {
    const user = new ContextVar<string>('user');
    const nothing = new ContextVar<undefined>('nothing', { default: undefined });
    expect(request.get()).toBe('none');
    expect(request.get('mine')).toBe('mine');
    expect(user.get('guest')).toBe('guest');
    expect(nothing.get()).toBeUndefined();
    expect(messageOf(() => user.get())).toBe(
      'RuntimeError: the context variable "user" has no value here and no default',
    );
  });

  it('takes a set back by its token, to the value before or to none', () => {
    const first = request.set('r1');
    const second = request.set('r2');
    expect([first.hadValue, first.oldValue, second.hadValue, second.oldValue]).toEqual([
      false,
      undefined,
      true,
      'r1',
    ]);
    request.reset(second);
    expect(request.get()).toBe('r1');
    request.reset(first);
    expect(request.get()).toBe('none');
    expect(copyContext().has(request as ContextVar<never>)).toBe(false);
  });

  it('can be set to undefined, which is a value', () => {
    const maybe = new ContextVar<string | undefined>('maybe', { default: 'default' });
    maybe.set(undefined);
    expect(maybe.get('fallback')).toBeUndefined();
  });

  it('refuses a token that was used, of another variable, or of another context', () => {
    const other = new ContextVar('other', { default: 0 });
    const token = request.set('r1');
    expect(messageOf(() => other.reset(token as never))).toBe(
      'RuntimeError: this token is of the variable "request"',
    );
    expect(messageOf(() => copyContext().run(() => request.reset(token)))).toBe(
      'RuntimeError: this token was made in a different context',
    );
    request.reset(token);
    expect(messageOf(() => request.reset(token))).toBe('RuntimeError: this token has been used once already');
  });
});

describe('a context', () => {
  it('runs a function with its own values, and keeps what that sets', () => {
    const context = new Context();
    const returned = context.run((value: string) => {
      request.set(value);
      return request.get();
    }, 'inside');
    expect([returned, request.get(), context.get(request)]).toEqual(['inside', 'none', 'inside']);
    expect(context.run(() => request.get())).toBe('inside');
  });

  it('is left as it was entered, if the function throws', () => {
    request.set('outside');
    expect(() =>
      new Context().run(() => {
        request.set('inside');
        throw new Error('boom');
      }),
    ).toThrow('boom');
    expect(request.get()).toBe('outside');
  });

  it('copies go their own ways', () => {
    const a = new Context();
    a.run(() => request.set('a'));
    const b = a.copy();
    b.run(() => request.set('b'));
    expect([a.get(request), b.get(request)]).toEqual(['a', 'b']);
  });
});

describe('a task', () => {
  it('sees the variables as they were where it was created, and what it sets stays its own', () => {
    const log = journal();
    function* child(): Coroutine<void> {
      log(request.get());
      request.set('child');
      yield* sleep(10);
      log(request.get());
    }
    run(function* () {
      request.set('main');
      const task = createTask(child(), { name: 'child' });
      request.set('changed');
      yield* sleep(5);
      log(request.get());
      yield* task;
      log(request.get());
    });
    expect(log.lines).toEqual([
      '0 child: main',
      '5 Task-1: changed',
      '10 child: child',
      '10 Task-1: changed',
    ]);
    expect(request.get()).toBe('none');
  });

  it('keeps its values over every kind of wait, however many tasks interleave', () => {
    const seen: string[] = [];
    function* worker(name: string): Coroutine<void> {
      request.set(name);
      for (const ms of [0, 1, 0, 2]) {
        yield* sleep(ms);
        seen.push(`${name}=${request.get()}`);
      }
    }
    run(function* () {
      yield* gather(worker('a'), worker('b'), worker('c'));
    });
    expect(seen).toHaveLength(12);
    expect(seen.filter((line) => !/^(.)=\1$/.test(line))).toEqual([]);
  });

  it('that awaits a coroutine shares its context with it: a coroutine has none of its own', () => {
    const result = run(function* (): Coroutine<string> {
      const setIt = function* (): Coroutine<void> {
        request.set('from the coroutine');
        yield* sleep(1);
      };
      yield* timeout(10, setIt);
      return request.get();
    });
    expect(result).toBe('from the coroutine');
  });

  it('runs in the context it is given, not in a copy', () => {
    const context = new Context();
    function* setIt(value: string): Coroutine<string> {
      const before = request.get();
      yield* sleep(0);
      request.set(value);
      return before;
    }
    const before = run(function* () {
      const first = yield* createTask(setIt('one'), { context });
      const task = createTask(setIt('two'), { context });
      expect(task.getContext()).toBe(context);
      return [first, yield* task, request.get()];
    });
    expect(before).toEqual(['none', 'one', 'none']);
    expect(context.get(request)).toBe('two');
  });

  it('can take back by token what it set before a wait', () => {
    run(function* () {
      const token = request.set('for a while');
      yield* sleep(1);
      request.reset(token);
      expect(request.get()).toBe('none');
    });
  });
});

describe('a callback', () => {
  it('of callSoon, callLater and callAt runs in a copy of the context in which it was scheduled', () => {
    const seen: string[] = [];
    const loop = new EventLoop();
    const look = (name: string) => {
      seen.push(`${name} ${request.get()}`);
      request.set(`of ${name}`);
    };
    request.set('one');
    loop.callSoon(look, 'soon');
    loop.callLater(5, look, 'later');
    request.set('two');
    loop.callAt(7, look, 'at');
    request.set('three');
    loop.runUntilIdle();
    expect(seen).toEqual(['soon one', 'later one', 'at two']);
    expect(request.get()).toBe('three');
  });

  it('scheduled before anything was set sees nothing of what is set outside afterwards', () => {
    const seen: string[] = [];
    const loop = new EventLoop();
    loop.callSoon(() => seen.push(request.get()));
    loop.callLater(5, () => seen.push(request.get()));
    const task = loop.createTask(
      (function* (): Coroutine<string> {
        yield* sleep(5);
        return request.get();
      })(),
    );
    request.set('outside');
    loop.runUntilIdle();
    expect([...seen, task.result(), request.get()]).toEqual(['none', 'none', 'none', 'outside']);
  });

  it('of a future runs in the context as it was when it was added, or in the one given', () => {
    const seen: string[] = [];
    const loop = new EventLoop();
    const future = loop.createFuture<number>();
    const own = new Context();
    own.run(() => request.set('own'));
    request.set('one');
    future.addDoneCallback(() => seen.push(`first ${request.get()}`));
    request.set('two');
    future.addDoneCallback(() => seen.push(`second ${request.get()}`));
    future.addDoneCallback(() => seen.push(`third ${request.get()}`), { context: own });
    request.set('three');
    future.setResult(1);
    future.addDoneCallback(() => seen.push(`late ${request.get()}`));
    loop.runUntilIdle();
    expect(seen).toEqual(['first one', 'second two', 'third own', 'late three']);
  });

  it('does not see what the task sets whose step comes before it', () => {
    const seen: string[] = [];
    run(function* () {
      getRunningLoop().callSoon(() => seen.push(request.get()));
      request.set('later');
      getRunningLoop().callSoon(() => seen.push(request.get()));
      yield* sleep(1);
    });
    expect(seen).toEqual(['none', 'later']);
  });
});

describe('around a loop', () => {
  it('what is set before run() is seen in it, and what is set in it is not seen after', () => {
    request.set('before');
    const seen = run(function* () {
      const before = request.get();
      request.set('inside');
      yield* sleep(1);
      return before;
    });
    expect([seen, request.get()]).toEqual(['before', 'before']);
  });

  it('an error that leaves the loop leaves the context as it was', () => {
    expect(() =>
      run(function* (): Coroutine<void> {
        request.set('inside');
        yield* getRunningLoop().createFuture();
      }),
    ).toThrow('deadlock');
    expect(request.get()).toBe('none');
  });

  it('the main coroutines of one Runner share a context, as in asyncio', () => {
    using runner = new Runner();
    runner.run(function* (): Coroutine<void> {
      request.set('by the first');
    });
    const seen = runner.run(function* (): Coroutine<string> {
      return request.get();
    });
    expect([seen, request.get()]).toEqual(['by the first', 'none']);
  });
});
