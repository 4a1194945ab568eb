/**
 * What the types promise. `npm run types` holds it: nothing here needs to run, and a mistake that compiles makes its
 * `@ts-expect-error` one.
 */
import { expect, expectTypeOf, it } from 'vitest';
import {
  type AsCompleted,
  type Awaitable,
  asCompleted,
  Barrier,
  Condition,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  Device,
  EventLoop,
  type EventOf,
  ensureFuture,
  type Future,
  gather,
  type Handle,
  isCancelled,
  Lock,
  type Outcome,
  PriorityQueue,
  type Program,
  Queue,
  run,
  runScript,
  Semaphore,
  shield,
  sleep,
  type Task,
  TaskGroup,
  type Timeout,
  type TimerHandle,
  type Token,
  type TraceEvent,
  timeout,
  type WaitResult,
  wait,
  waitFor,
} from '../src/index.ts';

function* cook(): Coroutine<'rice'> {
  yield* sleep(40);
  return 'rice';
}

function* count(): Coroutine<number> {
  return 1;
}

/** Keeps a program from running: it is there for the compiler. */
function typed(_program: Program): void {}

it('yield* gives what the awaited thing gives', () => {
  typed(function* () {
    expectTypeOf(yield* cook()).toEqualTypeOf<'rice'>();
    expectTypeOf(yield* sleep(5)).toEqualTypeOf<void>();
    expectTypeOf(yield* sleep(5, 'tea')).toEqualTypeOf<string>();
    expectTypeOf(yield* createTask(cook())).toEqualTypeOf<'rice'>();
    expectTypeOf(yield* new EventLoop().createFuture<Date>()).toEqualTypeOf<Date>();
    expectTypeOf(yield* ensureFuture(cook())).toEqualTypeOf<'rice'>();
  });
});

it('a forgotten star does not compile', () => {
  typed(function* (): Coroutine<void> {
    // @ts-expect-error: yield instead of yield*
    yield sleep(5);
    // @ts-expect-error: yield instead of yield*
    yield createTask(cook());
    // @ts-expect-error: yield instead of yield*
    yield gather(cook(), count());
    // @ts-expect-error: a number is nothing to wait for
    yield 5;
    // @ts-expect-error: without yield* it is the coroutine, not its result
    const rice: 'rice' = cook();
    return rice as never;
  });
});

it('promises and what is not called do not compile', () => {
  typed(function* (): Coroutine<void> {
    // @ts-expect-error: a promise can't be awaited here
    yield* Promise.resolve(1);
    // @ts-expect-error: a promise is no coroutine
    createTask(Promise.resolve(1));
    // @ts-expect-error: call it, and hand over what it returns
    createTask(cook);
    // @ts-expect-error: a promise can't be gathered
    gather(cook(), Promise.resolve(1));
    // @ts-expect-error: a future needs no task
    createTask(new EventLoop().createFuture());
  });
  const notRun = () => {
    // @ts-expect-error: an async function is no program
    run(async () => {});
    // @ts-expect-error: a number is no coroutine
    run(5);
    // @ts-expect-error: there is no such option
    run(cook, { sede: 7 });
  };
  expect(notRun).toBeTypeOf('function');
});

it('run and runScript give what the program gives', () => {
  expectTypeOf(run<'rice'>).returns.toEqualTypeOf<'rice'>();
  const notRun = () => {
    expectTypeOf(run(cook)).toEqualTypeOf<'rice'>();
    expectTypeOf(run(cook())).toEqualTypeOf<'rice'>();
    expectTypeOf(runScript(() => 5)).toEqualTypeOf<number>();
    expectTypeOf(runScript(count)).toEqualTypeOf<number>();
  };
  expect(notRun).toBeTypeOf('function');
  expectTypeOf(cook).toExtend<Program<'rice'>>();
  expectTypeOf(cook).toExtend<Program>();
});

it('gather gives a tuple of arguments, a list of a list, errors among them where asked for', () => {
  typed(function* () {
    const pair = yield* gather(cook(), count());
    expectTypeOf(pair).toEqualTypeOf<['rice', number]>();
    const [rice, number] = pair;
    expectTypeOf(rice).toEqualTypeOf<'rice'>();
    expectTypeOf(number).toEqualTypeOf<number>();
    expectTypeOf(yield* gather([cook(), count(), createTask(count())])).toEqualTypeOf<
      ['rice', number, number]
    >();
    const many: Coroutine<number>[] = [count()];
    expectTypeOf(yield* gather(many)).toEqualTypeOf<number[]>();
    expectTypeOf(yield* gather(many.map((one) => createTask(one)))).toEqualTypeOf<number[]>();
    expectTypeOf(yield* gather([cook(), count()], { returnExceptions: true })).toEqualTypeOf<
      ['rice' | Error, number | Error]
    >();
    expectTypeOf(yield* gather(many, { returnExceptions: true })).toEqualTypeOf<(number | Error)[]>();
    // @ts-expect-error: options need a list before them
    gather(cook(), { returnExceptions: true });
  });
});

it('the other combinators keep the types of what they are given', () => {
  typed(function* () {
    const tasks = [createTask(count()), createTask(count())];
    expectTypeOf(yield* wait(tasks)).toEqualTypeOf<WaitResult<Task<number>>>();
    // @ts-expect-error: wait takes futures, not coroutines
    wait([count()]);
    // @ts-expect-error: there is no such condition
    wait(tasks, { returnWhen: 'ALL' });
    expectTypeOf(yield* waitFor(cook(), 5)).toEqualTypeOf<'rice'>();
    expectTypeOf(yield* waitFor(createTask(count()), null)).toEqualTypeOf<number>();
    expectTypeOf(shield(cook())).toEqualTypeOf<Future<'rice'>>();
    expectTypeOf(asCompleted([cook(), count()])).toEqualTypeOf<AsCompleted<'rice' | number>>();
    for (const next of asCompleted(tasks)) expectTypeOf(yield* next).toEqualTypeOf<number>();
    expectTypeOf(timeout(5)).toEqualTypeOf<Timeout>();
    expectTypeOf(yield* timeout(5, cook)).toEqualTypeOf<'rice'>();
    expectTypeOf(yield* timeout(5, (limit) => sleep(5, limit.when()))).toEqualTypeOf<number | null>();
    expectTypeOf(
      yield* TaskGroup.run(function* (group) {
        expectTypeOf(group).toEqualTypeOf<TaskGroup>();
        return yield* group.createTask(cook(), { name: 'rice' });
      }),
    ).toEqualTypeOf<'rice'>();
  });
});

it('a future takes and gives its own type', () => {
  typed(function* (): Coroutine<void> {
    const future = new EventLoop().createFuture<number>();
    future.setResult(5);
    // @ts-expect-error: a string is no number
    future.setResult('5');
    expectTypeOf(future.result()).toEqualTypeOf<number>();
    expectTypeOf(future.exception()).toEqualTypeOf<unknown>();
    future.addDoneCallback((done) => expectTypeOf(done).toEqualTypeOf<Future<number>>());
    const task = createTask(cook());
    task.addDoneCallback((done) => expectTypeOf(done.result()).toEqualTypeOf<'rice'>());
    expectTypeOf(task).toExtend<Future<'rice'>>();
    expectTypeOf(task).toExtend<Task<unknown>>();
    expectTypeOf(task).toExtend<Awaitable<string>>();
    expectTypeOf(currentTask()).toEqualTypeOf<Task<unknown> | null>();
    const nothing = new EventLoop().createFuture<void>();
    nothing.setResult();
  });
});

it('callbacks get the arguments they take', () => {
  typed(function* (): Coroutine<void> {
    const loop = new EventLoop();
    const cut = (carrots: number, how: string) => `${carrots} ${how}`;
    expectTypeOf(loop.callSoon(cut, 3, 'fine')).toEqualTypeOf<Handle>();
    expectTypeOf(loop.callLater(5, cut, 3, 'fine')).toEqualTypeOf<TimerHandle>();
    // @ts-expect-error: an argument is missing
    loop.callSoon(cut, 3);
    // @ts-expect-error: a string is no number
    loop.callAt(5, cut, '3', 'fine');
    // @ts-expect-error: a coroutine is no callback
    loop.callSoon(cook());
  });
});

it('queues, devices and primitives keep the types of what goes through them', () => {
  typed(function* (): Coroutine<void> {
    const orders = new Queue<{ dish: string }>(5);
    yield* orders.put({ dish: 'rice' });
    // @ts-expect-error: a string is no order
    orders.put('rice');
    expectTypeOf(yield* orders.get()).toEqualTypeOf<{ dish: string }>();
    const jobs = new PriorityQueue<[number, string]>(0, 'jobs', { less: (a, b) => a[0] < b[0] });
    expectTypeOf(jobs.getNowait()).toEqualTypeOf<[number, string]>();

    const net = new Device({ latency: [20, 80] });
    expectTypeOf(net.request()).toEqualTypeOf<Future<void>>();
    expectTypeOf(net.request({ result: 'page' })).toEqualTypeOf<Future<string>>();
    // @ts-expect-error: a range has two ends
    new Device({ latency: [20] });
    // @ts-expect-error: there is no such option
    new Device({ latencies: 20 });

    const lock = new Lock('door');
    expectTypeOf(yield* lock.acquire()).toEqualTypeOf<true>();
    expectTypeOf(yield* lock.run(cook)).toEqualTypeOf<'rice'>();
    expectTypeOf(yield* new Semaphore(2).run(count)).toEqualTypeOf<number>();
    expectTypeOf(yield* lock.hold()).toEqualTypeOf<Disposable>();
    expectTypeOf(yield* new Barrier(2).wait()).toEqualTypeOf<number>();
    expectTypeOf(yield* new Condition({ lock }).waitFor(() => 'ready' as const)).toEqualTypeOf<'ready'>();
  });
});

it('context variables have one type', () => {
  const request = new ContextVar('request', { default: 'none' });
  expectTypeOf(request).toEqualTypeOf<ContextVar<string>>();
  const notRun = () => {
    expectTypeOf(request.set('r1')).toEqualTypeOf<Token<string>>();
    expectTypeOf(request.get()).toEqualTypeOf<string>();
    // @ts-expect-error: a number is no string
    request.set(5);
    // @ts-expect-error: a number is no string
    request.get(5);
  };
  expect(notRun).toBeTypeOf('function');
});

it('events are told apart by their kind', () => {
  const loop = new EventLoop();
  loop.tracer.on('task:done', (event) => {
    expectTypeOf(event).toEqualTypeOf<EventOf<'task:done'>>();
    expectTypeOf(event.outcome).toEqualTypeOf<Outcome>();
    // @ts-expect-error: a task that is done has no `until`
    event.until;
  });
  // @ts-expect-error: no event is called that
  const notRun = () => loop.tracer.on('task:finish', () => {});
  expect(notRun).toBeTypeOf('function');
  const look = (event: TraceEvent) => {
    if (event.kind === 'clock:jump') expectTypeOf(event.to).toEqualTypeOf<number>();
  };
  expect(look).toBeTypeOf('function');
  const caught = (error: unknown) => {
    if (isCancelled(error)) expectTypeOf(error.cancelMessage).toEqualTypeOf<string | undefined>();
  };
  expect(caught).toBeTypeOf('function');
});
