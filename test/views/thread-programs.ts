/** Programs of threads, run: for views of what they did. */

import {
  blocked,
  busy,
  type Coroutine,
  compute,
  createTask,
  Device,
  Machine,
  ProcessPool,
  print,
  Recorder,
  type RunThreadsOptions,
  request,
  run,
  runInExecutor,
  runScript,
  runThreads,
  sleep,
  Thread,
  ThreadLock,
  ThreadQueue,
  type TraceEvent,
  toThread,
} from '../../src/index.ts';

function recorded(program: (trace: Recorder) => void): TraceEvent[] {
  const recorder = new Recorder();
  program(recorder);
  return [...recorder];
}

/** Threads of some names that all do the same; the main one joins them. */
export function team(
  names: readonly string[],
  body: () => Coroutine<unknown>,
  options: RunThreadsOptions = {},
): TraceEvent[] {
  return recorded((trace) => {
    runThreads(
      function* () {
        const threads = names.map((name) => new Thread(body, { name }).start());
        for (const thread of threads) yield* thread.join();
      },
      { ...options, trace },
    );
  });
}

/** Two threads that compute, for one GIL. */
export function rivals(): TraceEvent[] {
  return team(['a', 'b'], () => busy12());
}

export function* busy12(): Coroutine<void> {
  yield* busy(12, 'count');
}

/** A loop with a beat, and a worker that computes: each beat is late by a switch interval. */
export function beat(): TraceEvent[] {
  return recorded((trace) => {
    function* heart(): Coroutine<void> {
      for (let i = 0; i < 3; i++) {
        yield* sleep(10);
        compute(5, 'beat');
      }
    }
    function* dig(): Coroutine<number> {
      yield* busy(30, 'dig');
      return 3;
    }
    run(
      function* () {
        const beats = createTask(heart(), { name: 'heart' });
        yield* toThread(dig);
        yield* beats;
      },
      { trace, name: 'main' },
    );
  });
}

/** A task that computes beside a worker that does: its step stretches. */
export function stretch(): TraceEvent[] {
  return recorded((trace) => {
    function* dig(): Coroutine<void> {
      yield* busy(30, 'dig');
    }
    run(
      function* () {
        const job = runInExecutor(null, dig);
        yield* sleep(5);
        compute(20, 'sort');
        yield* job;
      },
      { trace, name: 'main' },
    );
  });
}

/** A pool of processes beside a thread, on two cores. */
export function pool(): TraceEvent[] {
  return recorded((trace) => {
    function* sum(ms: number): Coroutine<number> {
      yield* busy(ms, `sum ${ms}`);
      return ms;
    }
    run(
      function* () {
        const processes = new ProcessPool({ maxWorkers: 2, name: 'pool' });
        const jobs = [runInExecutor(processes, sum, 20), runInExecutor(processes, sum, 12)];
        yield* toThread(sum, 16);
        for (const job of jobs) yield* job;
      },
      { trace, name: 'main', machine: new Machine({ cores: 2 }) },
    );
  });
}

/** A lock, a device, a queue, a native call and a failure. */
export function kitchen(): TraceEvent[] {
  return recorded((trace) => {
    const stove = new ThreadLock('stove');
    const orders = new ThreadQueue<string>(0, 'orders');
    const oven = new Device({ name: 'oven', latency: 8 });
    function* cook(): Coroutine<void> {
      yield* stove.run(function* () {
        yield* busy(3, 'chop');
        yield* request(oven, { label: 'pie' });
      });
      yield* busy(20, 'mince', { native: true });
      print('served');
    }
    runThreads(
      function* () {
        const cooks = ['ann', 'bob'].map((name) => new Thread(cook, { name }).start());
        const waiter = new Thread(
          function* () {
            throw new Error(`no ${yield* orders.get()}`);
          },
          { name: 'waiter' },
        ).start();
        yield* blocked(10, 'nap');
        yield* orders.put('rice');
        for (const thread of [...cooks, waiter]) yield* thread.join();
      },
      { trace, name: 'chef', print: () => {}, exceptionHandler: () => {} },
    );
  });
}

/** A script whose own thread computes and blocks beside another. */
export function script(): TraceEvent[] {
  return recorded((trace) => {
    runScript(
      () => {
        new Thread(
          function* () {
            yield* busy(12, 'dig');
          },
          { name: 'digger' },
        ).start();
        compute(10, 'mine');
      },
      { trace },
    );
  });
}

/** Threads alone in a script, before and after a loop. */
export function machines(): TraceEvent[] {
  return recorded((trace) => {
    runScript(
      () => {
        runThreads(function* () {
          yield* busy(10, 'first');
        });
        run(() => sleep(10), { name: 'nap' });
        runThreads(
          function* () {
            yield* busy(10, 'second');
          },
          { cores: 1, gil: false },
        );
      },
      { trace },
    );
  });
}
