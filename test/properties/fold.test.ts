/**
 * The log tells everything: after every step, folding it gives the state that the live objects have. Held over the whole
 * conformance corpus and over a program that uses what the corpus does not, and turned round: a log without any one
 * kind of event gives another state somewhere.
 */

import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Barrier,
  blockingSleep,
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
  getRunningLoop,
  Lock,
  print,
  Queue,
  Recorder,
  runScript,
  Semaphore,
  StateFolder,
  SystemExit,
  sleep,
  TimeoutError,
  type TraceEvent,
  timeout,
} from '../../src/index.ts';
import { EVENT_SCHEMA } from '../../src/trace/events.ts';
import { runProgram } from '../conformance/adapter.ts';
import { loadPrograms, programFiles } from '../conformance/corpus.ts';
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

/** Runs the zoo, and looks whenever it asks, and after each of its iterations. */
function visit(): { events: TraceEvent[]; moments: Moment[] } {
  const recorder = new Recorder();
  const moments: Moment[] = [];
  const heard: Heard = { output: [], errors: [] };
  let loop: EventLoop | null = null;
  const look = () => {
    moments.push({ seq: recorder.length, picture: pictureOfLoop(loop!, heard) });
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
  runScript(zoo(look), { trace: recorder, print: (line) => heard.output.push(line) });
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

describe('the log of a program that uses everything', () => {
  it('gives the state of the live loop at every look, in the middle of steps too', () => {
    const { events, moments } = visit();
    expect(moments.length).toBeGreaterThan(15);
    const folder = new StateFolder({ strict: true });
    let next = 0;
    for (const { seq, picture } of moments) {
      while (next < seq) folder.apply(events[next++]!);
      expect(pictureOfState(folder.state()), `after event ${seq}`).toEqual(picture);
    }
  });

  /** Kinds that say what happened, and change no state by themselves. */
  const TELLS_ONLY: readonly EventKind[] = ['future:done', 'choice'];
  const changing = EVENT_SCHEMA.map(({ kind }) => kind).filter((kind) => !TELLS_ONLY.includes(kind));

  it.each(changing)('gives another state without its events %s', (kind) => {
    const { events, moments } = visit();
    expect(
      events.some((event) => event.kind === kind),
      `the program has a ${kind}`,
    ).toBe(true);
    expect(differences(events, moments)).toEqual([]);
    expect(differences(events, moments, kind)).not.toEqual([]);
  });
});
