/**
 * The log tells everything: after every step, folding it gives the state that the live objects have. Held over the whole
 * conformance corpus and over a program that uses what the corpus does not, and turned round: a log without any one
 * kind of event gives another state somewhere.
 */

import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Barrier,
  blocked,
  blockingSleep,
  busy,
  Condition,
  type Coroutine,
  compute,
  createTask,
  currentTask,
  Device,
  Event,
  type EventKind,
  EventLoop,
  Future,
  gather,
  getRunningLoop,
  Lock,
  Machine,
  Process,
  ProcessPool,
  print,
  Queue,
  Recorder,
  request,
  run,
  runInExecutor,
  runScript,
  runThreads,
  Semaphore,
  StateFolder,
  SystemExit,
  sleep,
  Thread,
  ThreadCondition,
  ThreadEvent,
  ThreadLock,
  ThreadPool,
  ThreadQueue,
  ThreadSemaphore,
  TimeoutError,
  type TraceEvent,
  timeout,
  toThread,
} from '../../src/index.ts';
import { EVENT_SCHEMA } from '../../src/trace/events.ts';
import { runProgram } from '../conformance/adapter.ts';
import { loadPrograms, programFiles } from '../conformance/corpus.ts';
import { MachineWatch, machinesOfState } from '../support/machine-snapshot.ts';
import { type Heard, type Picture, pictureOfLoop, pictureOfState } from '../support/snapshot.ts';

/** A moment at which the live objects were looked at: after which event, and what they showed. */
interface Moment {
  readonly seq: number;
  readonly picture: Picture;
}

/** Has every loop that runs until something is complete looked at after each handle. */
function lookAfterEachHandle(look: (loop: EventLoop) => void): void {
  vi.spyOn(EventLoop.prototype, 'runUntilComplete').mockImplementation(function runByHandles(
    this: EventLoop,
    main,
  ) {
    const future = main instanceof Future ? main : this.createTask(main);
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    future.addDoneCallback(over);
    while (!isOver || this.remaining > 0) {
      if (!this.runHandle()) this.runForever(); // says why nothing can happen any more
      look(this);
    }
    future.removeDoneCallback(over);
    return future.result();
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

const folder = fileURLToPath(new URL('../conformance/programs', import.meta.url));
const corpus = programFiles(folder).flatMap(loadPrograms);

describe('after every handle the fold of the log is the state of the live loop', () => {
  it.each([...new Set(corpus.map(({ category }) => category))])('in the programs about %s', (category) => {
    for (const { expect: expected, ...program } of corpus.filter((one) => one.category === category)) {
      const recorder = new Recorder();
      const folder = new StateFolder({ strict: true });
      const heard: Heard = { output: [], errors: [] };
      let folded = 0;
      const wrong: object[] = [];
      lookAfterEachHandle((loop) => {
        while (folded < recorder.length) folder.apply(recorder.at(folded++)!);
        const { errors: _, ...live } = pictureOfLoop(loop, heard);
        const { errors: __, ...told } = pictureOfState(folder.state());
        // Not asserted here: the program itself would catch the failure.
        if (JSON.stringify(told) !== JSON.stringify(live)) wrong.push({ seq: folded, live, told });
      });
      const outcome = runScript(() => runProgram(program as never), { trace: recorder });
      expect(wrong.slice(0, 1), program.name).toEqual([]);
      expect(outcome.error, program.name).toBeUndefined();
      // Driven a handle at a time, the program does what it does driven in one go.
      expect(outcome.log.length, program.name).toBe(expected!.log.length);
    }
  });
});

/** Everything that the corpus leaves out, and a look in the middle of steps and callbacks. */
function zoo(look: () => void): () => void {
  return () => {
    const heard: string[] = [];
    const loop = new EventLoop({ exceptionHandler: () => {} });
    const lock = new Lock('lock');
    const permits = new Semaphore(2, 'permits');
    const open = new Event('open');
    const queue = new Queue<number>(1, 'queue');
    const barrier = new Barrier(2, 'barrier');
    const condition = new Condition({ name: 'condition' });
    const disk = new Device({ name: 'disk', latency: 10, channels: 1 });

    function* worker(name: string): Coroutine<void> {
      currentTask()!.setName(name);
      yield* lock.run(() => sleep(5));
      yield* permits.run(function* () {
        compute(7, 'think');
        look();
        yield* sleep(0);
        blockingSleep(2);
      });
      look();
      yield* open.wait();
      yield* barrier.wait();
      yield* condition.run(function* () {
        yield* condition.waitFor(() => heard.length > 0);
      });
      print(`${name} is done`);
    }
    function* reader(): Coroutine<void> {
      const first = disk.request({ label: 'first' });
      const second = disk.request({ label: 'second' });
      const third = disk.request({ label: 'third' });
      getRunningLoop().callSoon(look); // its turn comes before that of the answer, which is delivered meanwhile
      compute(12);
      look();
      third.cancel();
      yield* first;
      yield* second;
    }
    function* eager(): Coroutine<number> {
      look();
      yield* sleep(1);
      return 1;
    }
    function* main(): Coroutine<void> {
      const workers = ['a', 'b'].map((name) => createTask(worker(name)));
      const read = createTask(reader(), { name: 'reader' });
      const inner = createTask(eager(), { name: 'eager', eagerStart: true });
      look();
      const late = getRunningLoop().callLater(50, look);
      const soon = getRunningLoop().callSoon(look);
      const never = getRunningLoop().callSoon(look);
      never.cancel();
      look();
      late.cancel();
      soon.cancel();
      const idle = createTask(sleep(1000), { name: 'idle' });
      yield* inner;
      idle.cancel();
      idle.uncancel();
      idle.cancel('enough');
      createTask(queue.put(1), { name: 'put' });
      createTask(queue.put(2), { name: 'put more' });
      yield* sleep(1);
      look();
      yield* queue.get();
      yield* queue.get();
      yield* read;
      open.set();
      yield* sleep(30);
      try {
        yield* timeout(3, () => sleep(100));
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
      }
      heard.push('go');
      yield* condition.run(function* () {
        condition.notifyAll();
        look();
      });
      for (const task of workers) yield* task;
      getRunningLoop().callSoon(() => {
        throw new Error('in a callback');
      });
      getRunningLoop().callSoon(look);
      yield* sleep(0);
      getRunningLoop().stop();
      look();
      yield* sleep(500);
    }
    const task = loop.createTask(main(), { name: 'main' });
    loop.runForever();
    look.call(loop);
    loop.advanceBy(100);
    look();
    loop.callSoon(() => {
      throw new SystemExit(3);
    });
    loop.callSoon(look);
    expect(() => loop.runReady()).toThrow(SystemExit);
    look();
    loop.runReady();
    loop.runUntil(loop.time() + 400);
    look();
    expect(task.done()).toBe(true);
    createTaskIn(loop);
    loop.close();
    look();
  };
}

function createTaskIn(loop: EventLoop): void {
  loop.createTask(sleep(1), { name: 'left over' });
  loop.callLater(5, () => {});
}

/** Threads of all sorts: with and without a GIL, in a loop and alone, with locks, pools, processes and costs. */
function threadZoo(lookAround: () => void, hear: (message: string) => void): () => void {
  // What switching costs is over without an event that says so, and the code of a thread goes on: it says a word first.
  const look = () => {
    print('look');
    lookAround();
  };
  const costs = {
    threadSwitch: 0.1,
    processSwitch: 0.3,
    threadCreate: 0.5,
    processCreate: 2,
    handOver: 0.7,
  };
  return () => {
    run(function* () {
      look();
      yield* sleep(1);
    });
    runThreads(workshop(look), { cores: 2, costs, exceptionHandler: ({ message }) => hear(message) });
    look();
    runThreads(workshop(look), { cores: 2, gil: false, exceptionHandler: ({ message }) => hear(message) });
    look();
    const lines = new ThreadQueue<number>(0, 'lines');
    run(
      function* () {
        const lock = new Lock('lock');
        const pool = new ProcessPool({ maxWorkers: 2 });
        const threads = new ThreadPool({ maxWorkers: 1 });
        look();
        function* beat(): Coroutine<void> {
          for (let i = 0; i < 5; i++) {
            yield* sleep(4);
            look();
            yield* lock.run(() => sleep(1));
            compute(2, 'beat');
            look();
          }
          blockingSleep(9);
          look();
        }
        function* digging(): Coroutine<number> {
          yield* busy(20, 'dig');
          look();
          yield* blocked(3);
          print('dug');
          yield* lines.put(1);
          look();
          return 1;
        }
        const beats = createTask(beat());
        yield* gather([
          toThread(digging),
          runInExecutor(pool, digging),
          runInExecutor(pool, digging),
          runInExecutor(threads, digging),
        ]);
        look();
        const never = new Thread(digging, { name: 'never started' });
        const failing = new Thread(
          function* () {
            yield* busy(1);
            throw new Error('in a thread');
          },
          { name: 'failing' },
        ).start();
        yield* failing.join();
        look();
        yield* beats;
        expect(never.isAlive()).toBe(false);
        yield* pool.shutdown();
        look();
      },
      { machine: new Machine({ cores: 2, costs }), stepCost: 0.05, exceptionHandler: () => {} },
    );
    // The machine goes on behind the script, whose own thread waits and computes as well.
    const late = new Thread(
      function* () {
        look();
        yield* busy(30);
        look();
      },
      { name: 'late' },
    ).start();
    blockingSleep(5);
    look();
    compute(10);
    look();
    blockingSleep(50);
    look();
    expect(late.done()).toBe(true);
  };
}

function workshop(look: () => void): () => Coroutine<void> {
  return function* () {
    const bench = new ThreadLock('bench');
    const tools = new ThreadSemaphore(2, 'tools');
    const lunch = new ThreadEvent('lunch');
    const orders = new ThreadQueue<number>(1, 'orders');
    const news = new ThreadCondition(undefined, 'news');
    const saw = new Device({ name: 'saw', latency: 6, channels: 1 });
    function* joiner(): Coroutine<number> {
      look();
      yield* busy(7, 'plan');
      look();
      yield* bench.run(function* () {
        look();
        yield* busy(6, 'cut');
      });
      yield* tools.acquire();
      look();
      yield* request(saw, { label: 'board' });
      tools.release();
      yield* busy(12, 'glue', { native: true });
      look();
      yield* lunch.wait();
      const order = yield* orders.get();
      yield* news.run(() => news.waitFor(() => true));
      print(`order ${order}`);
      look();
      return order;
    }
    const joiners = ['a', 'b', 'c'].map((name) => new Thread(joiner, { name }).start());
    const other = new Process(
      function* () {
        look();
        for (let i = 0; i < 12; i++) {
          yield* busy(5, 'count');
          look();
          yield* blocked(0);
        }
        throw new Error('out of paper');
      },
      { name: 'office' },
    ).start();
    look();
    yield* blocked(70);
    look();
    lunch.set();
    for (let i = 0; i < 3; i++) yield* orders.put(i);
    for (const thread of joiners) yield* thread.join();
    yield* other.join();
    look();
  };
}

/** Runs a zoo, and looks whenever it asks. */
function visit(program: typeof threadZoo): { events: TraceEvent[]; moments: Moment[] } {
  const recorder = new Recorder();
  const watch = new MachineWatch();
  const moments: Moment[] = [];
  const heard: Heard = { output: [], errors: [] };
  let loop: EventLoop | null = null;
  const look = () => {
    moments.push({ seq: recorder.length, picture: pictureOfLoop(loop!, heard, watch) });
  };
  const begin = EventLoop.prototype.createTask;
  vi.spyOn(EventLoop.prototype, 'createTask').mockImplementation(function remember(this: EventLoop, ...args) {
    loop = this;
    return begin.apply(this, args);
  } as typeof begin);
  const report = EventLoop.prototype.callExceptionHandler;
  vi.spyOn(EventLoop.prototype, 'callExceptionHandler').mockImplementation(function hear(
    this: EventLoop,
    context,
  ) {
    heard.errors.push(context.message);
    report.call(this, context);
  });
  const hear = (message: string) => heard.errors.push(message);
  runScript(program(look, hear), { trace: recorder, print: (line) => heard.output.push(line) });
  return { events: [...recorder], moments };
}

function differences(
  events: readonly TraceEvent[],
  moments: readonly Moment[],
  without?: EventKind,
): Moment[] {
  const folder = new StateFolder();
  const wrong: Moment[] = [];
  let next = 0;
  for (const moment of moments) {
    for (; next < moment.seq; next++) {
      const event = events[next]!;
      if (event.kind !== without) folder.apply(event);
    }
    const told = pictureOfState(folder.state());
    if (JSON.stringify(told) !== JSON.stringify(moment.picture)) wrong.push(moment);
  }
  return wrong;
}

describe.each([
  ['a program that uses everything of a loop', zoo],
  ['programs of threads', threadZoo],
])('the log of %s', (_, program) => {
  it('gives the state of the live objects at every look, in the middle of steps too', () => {
    const { events, moments } = visit(program);
    expect(moments.length).toBeGreaterThan(15);
    const folder = new StateFolder({ strict: true });
    let next = 0;
    for (const { seq, picture } of moments) {
      while (next < seq) folder.apply(events[next++]!);
      expect(pictureOfState(folder.state()), `after event ${seq}`).toEqual(picture);
    }
    while (next < events.length) folder.apply(events[next++]!);
  });
});

describe('the log of any program of threads', () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant('busy' as const), ms: fc.nat(12), native: fc.boolean() }),
    fc.record({ do: fc.constant('blocked' as const), ms: fc.nat(9) }),
    fc.record({ do: fc.constant('lock' as const), ms: fc.nat(6) }),
    fc.record({ do: fc.constant('request' as const) }),
  );
  const settings = fc.record({
    cores: fc.integer({ min: 1, max: 3 }),
    gil: fc.boolean(),
    switchInterval: fc.integer({ min: 1, max: 7 }),
    timeSlice: fc.integer({ min: 1, max: 6 }),
    costs: fc.record({ threadSwitch: fc.constantFrom(0, 0.5), threadCreate: fc.constantFrom(0, 1) }),
    picks: fc.array(fc.nat(5), { maxLength: 20 }),
  });

  it('holds together, whatever the operating system decides, and gives the state of the live objects', () => {
    const bodies = fc.array(fc.array(action, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(bodies, settings, (plans, { picks, ...options }) => {
        const watch = new MachineWatch();
        const folder = new StateFolder({ strict: true });
        const recorder = new Recorder();
        let folded = 0;
        const wrong: object[] = [];
        const look = () => {
          print('look');
          while (folded < recorder.length) folder.apply(recorder.at(folded++)!);
          const told = machinesOfState(folder.state());
          const live = watch.picture();
          if (JSON.stringify(told) !== JSON.stringify(live)) wrong.push({ seq: folded, told, live });
        };
        const lock = new ThreadLock('lock');
        const disk = new Device({ name: 'disk', latency: 4, channels: 1 });
        function* follow(plan: (typeof plans)[number]): Coroutine<void> {
          for (const step of plan) {
            if (step.do === 'busy') yield* busy(step.ms, '', { native: step.native });
            else if (step.do === 'blocked') yield* blocked(step.ms);
            else if (step.do === 'request') yield* request(disk);
            else yield* lock.run(() => busy(step.ms));
            look();
          }
        }
        let pick = 0;
        runThreads(
          function* () {
            const threads = plans.map((plan, i) =>
              i % 3 === 2 ? new Process(() => follow(plan)).start() : new Thread(() => follow(plan)).start(),
            );
            look();
            for (const thread of threads) yield* thread.join();
            look();
          },
          {
            ...options,
            trace: recorder,
            print: () => {},
            policy: { choose: (_, candidates) => (picks[pick++ % (picks.length || 1)] ?? 0) % candidates },
          },
        );
        while (folded < recorder.length) folder.apply(recorder.at(folded++)!);
        vi.restoreAllMocks();
        expect(wrong.slice(0, 1)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the logs of both', () => {
  /**
   * Kinds that say what happened, and change no state by themselves. A future that is done makes others ready, by events
   * of their own; a policy that permutes the ready queue is in no program here; the CPU time that a thread has had is known
   * from when it ran; and one that is given the GIL runs in that moment, or is ready for a core, which says it again.
   */
  const TELLS_ONLY: readonly EventKind[] = [
    'future:done',
    'choice',
    'deadlock', // who waits is known, and that nobody else is there to help
    'draw', // how long something takes, or that it fails, is told by what then happens
    'thread:busy',
    'gil:take',
    'cell:read', // what is in a cell no view of a state shows
    'cell:write',
    'source:at', // where in the sources: of that a live task knows nothing
  ];
  const OF_MACHINES = /^(machine|process|thread|gil):|^overhead$/;
  const changing = EVENT_SCHEMA.map(({ kind }) => kind).filter((kind) => !TELLS_ONLY.includes(kind));

  it.each(changing)('give another state without the events %s', (kind) => {
    const { events, moments } = visit(OF_MACHINES.test(kind) ? threadZoo : zoo);
    expect(
      events.some((event) => event.kind === kind),
      `the program has a ${kind}`,
    ).toBe(true);
    expect(differences(events, moments)).toEqual([]);
    expect(differences(events, moments, kind)).not.toEqual([]);
  });
});
