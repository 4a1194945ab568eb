/**
 * The programs of `npm run reality`: each is a Python file beside this and the same program here, in two variants. What is
 * compared is how much longer, or shorter, the other variant takes than the base.
 */
import {
  blocked,
  blockingSleep,
  busy,
  type Coroutine,
  compute,
  createTask,
  gather,
  Machine,
  type MachineOptions,
  now,
  ProcessPool,
  run,
  runInExecutor,
  runThreads,
  sleep,
  type Task,
  Thread,
  ThreadLock,
  toThread,
} from '../../src/index.ts';

/** ms that a variant takes, in whatever the program measures. */
export interface Figures {
  readonly base: number;
  readonly other: number;
}

export interface RealProgram {
  readonly name: string;
  /** What is compared, in words. */
  readonly what: string;
  /** The Python file, and its arguments. */
  readonly file: string;
  readonly args: readonly (string | number)[];
  /** The same in loopscope. */
  readonly predict: (machine: MachineOptions) => Figures;
  /** Where the model is known to be simpler than reality: told if a prediction is off. */
  readonly simplified: string;
  /** Where the time of all cores goes in the other variant, in ms by parts, as the Python file tells it too. */
  readonly account?: (machine: MachineOptions, figures: Figures) => Readonly<Record<string, number>>;
}

const OS_NOISE =
  'the model has no other programs on its cores: whatever else runs there lengthens what computes, most of all what needs all cores';
const TIMERS =
  'real sleeps and waits for the GIL end 0.05 to 0.1 ms late, and epoll counts in whole ms; those of the model end on time';

const ALL_CORES =
  'it needs all cores at once: in the model they are its own, as fast as one alone, and each worker has one; a real system gives them to others too, and may leave two workers on one core for a while';

// ---- threads ------------------------------------------------------------------------------------------

/** ms until `main` is over. */
function threads(machine: MachineOptions, main: () => Coroutine<void>): number {
  return runThreads(function* () {
    const start = now();
    yield* main();
    return now() - start;
  }, machine);
}

function* inThreads(bodies: (() => Coroutine<void>)[]): Coroutine<void> {
  const started = bodies.map((body) => new Thread(body).start());
  for (const thread of started) yield* thread.join();
}

function* oneAfterAnother(bodies: (() => Coroutine<void>)[]): Coroutine<void> {
  for (const body of bodies) yield* body();
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function threadsProgram(name: string, count: number, ms: number, kind: 'cpu' | 'sleep'): RealProgram {
  const body = function* (): Coroutine<void> {
    yield* kind === 'cpu' ? busy(ms) : blocked(ms);
  };
  return {
    name,
    what: `${count} threads that ${kind === 'cpu' ? 'compute' : 'sleep'} for ${ms} ms each, against one after another`,
    file: `threads_${kind}.py`,
    args: [count, ms],
    predict: (machine) => ({
      base: threads(machine, () => oneAfterAnother(times(count, () => body))),
      other: threads(machine, () => inThreads(times(count, () => body))),
    }),
    simplified: kind === 'cpu' ? OS_NOISE : TIMERS,
  };
}

function convoy(name: string, rounds: number, ms: number, interval: number, native = false): RealProgram {
  function* io(): Coroutine<void> {
    for (let round = 0; round < rounds; round++) yield* blocked(ms);
  }
  const computing = native ? 'makes C calls of 20 ms that keep the GIL' : 'computes';
  return {
    name,
    what: `${rounds} waits of ${ms} ms beside a thread that ${computing}, switch interval ${interval} ms, against alone`,
    file: 'convoy.py',
    args: [rounds, ms, interval, native ? 'native' : 'plain'],
    predict: (machine) => {
      const options = { ...machine, switchInterval: interval };
      return {
        base: threads(options, io),
        other: runThreads(function* () {
          let over = false;
          const computing = new Thread(function* () {
            while (!over) yield* native ? busy(20, '', { native }) : busy(1);
          }).start();
          const start = now();
          yield* io();
          const took = now() - start;
          over = true;
          yield* computing.join();
          return took;
        }, options),
      };
    },
    simplified: TIMERS,
  };
}

function lockProgram(count: number, rounds: number, work: number, write: number): RealProgram {
  const workers = (locks: ThreadLock[]) =>
    locks.map(
      (lock) =>
        function* (): Coroutine<void> {
          for (let round = 0; round < rounds; round++) {
            yield* busy(work);
            yield* lock.run(() => blocked(write));
          }
        },
    );
  return {
    name: 'threads-lock',
    what: `${count} threads, ${rounds} times ${work} ms of work and ${write} ms of writing in a lock: one lock for all, against one each`,
    file: 'threads_lock.py',
    args: [count, rounds, work, write],
    predict: (machine) => ({
      base: threads(machine, () => inThreads(workers(times(count, () => new ThreadLock())))),
      other: threads(machine, () => inThreads(workers(times(count, () => shared(machine))))),
    }),
    simplified: `${OS_NOISE}; ${TIMERS}`,
  };
}

const locks = new WeakMap<object, ThreadLock>();

/** One lock for all who ask with the same options. */
function shared(machine: MachineOptions): ThreadLock {
  const lock = locks.get(machine) ?? new ThreadLock();
  locks.set(machine, lock);
  return lock;
}

// ---- coroutines ---------------------------------------------------------------------------------------

/** ms until `main` is over, or whatever it says. */
function coroutines(machine: MachineOptions, main: () => Coroutine<number | void>): number {
  return run(
    function* () {
      const start = now();
      const figure = yield* main();
      return figure ?? now() - start;
    },
    { machine: new Machine(machine) },
  );
}

function gatherProgram(count: number, ms: number): RealProgram {
  return {
    name: 'gather-sleeps',
    what: `${count} coroutines that sleep for ${ms} ms, gathered, against one after another`,
    file: 'gather_sleeps.py',
    args: [count, ms],
    predict: (machine) => ({
      base: coroutines(machine, function* () {
        for (let i = 0; i < count; i++) yield* sleep(ms);
      }),
      other: coroutines(machine, function* () {
        yield* gather(times(count, () => sleep(ms)));
      }),
    }),
    simplified: TIMERS,
  };
}

function blockingToThread(count: number, ms: number): RealProgram {
  const call = function* (): Coroutine<void> {
    yield* blocked(ms);
  };
  return {
    name: 'to-thread-blocking',
    what: `${count} blocking calls of ${ms} ms by to_thread, whose pool has as many threads as cores and 4, against right in the loop`,
    file: 'to_thread_blocking.py',
    args: [count, ms],
    predict: (machine) => ({
      base: coroutines(machine, function* () {
        for (let i = 0; i < count; i++) blockingSleep(ms);
      }),
      other: coroutines(machine, function* () {
        yield* gather(times(count, () => toThread(call)));
      }),
    }),
    simplified: `${TIMERS}; asyncio.run takes some ms to begin and to end, with another thread to shut its pool down`,
  };
}

function computingToThread(tick: number, ms: number): RealProgram {
  function* ticksUntil(over: Task<unknown>): Coroutine<number> {
    const start = now();
    let count = 0;
    for (; !over.done(); count++) yield* sleep(tick);
    return (now() - start) / count;
  }
  const work = function* (): Coroutine<void> {
    yield* busy(ms);
  };
  return {
    name: 'to-thread-cpu',
    what: `from tick to tick of a loop that sleeps for ${tick} ms, while to_thread computes for ${ms} ms, against alone`,
    file: 'to_thread_cpu.py',
    args: [tick, ms],
    predict: (machine) => ({
      base: coroutines(machine, () => ticksUntil(createTask(sleep(ms)))),
      other: coroutines(machine, () => ticksUntil(createTask(toThread(work)))),
    }),
    simplified: `${TIMERS}; ${OS_NOISE}`,
  };
}

function processPool(name: string, workers: number, jobs: number, ms: number): RealProgram {
  const job = function* (): Coroutine<void> {
    yield* busy(ms);
  };
  const warmUp = function* (): Coroutine<void> {
    yield* blocked(50);
  };
  return {
    name,
    what: `${jobs} jobs of ${ms} ms of work by ${workers} processes, against right in the loop`,
    file: 'process_pool.py',
    args: [workers, jobs, ms],
    predict: (machine) => ({
      base: coroutines(machine, function* () {
        for (let i = 0; i < jobs; i++) compute(ms);
      }),
      other: coroutines(machine, function* () {
        const pool = new ProcessPool({ maxWorkers: workers });
        yield* gather(times(workers, () => runInExecutor(pool, warmUp)));
        const start = now();
        yield* gather(times(jobs, () => runInExecutor(pool, job)));
        const took = now() - start;
        yield* pool.shutdown();
        return took;
      }),
    }),
    simplified: ALL_CORES,
    account: ({ costs = {} }, { other }) => {
      const { handOver = 0, jobManage = 0, jobSubmit = 0 } = costs;
      const spent = { work: ms, loop: jobSubmit, pool: handOver + jobManage, worker: handOver };
      const sum = Object.values(spent).reduce((total, part) => total + part, 0);
      return { ...spent, idle: (workers * other) / jobs - sum };
    },
  };
}

function blockingCall(count: number, rounds: number, ms: number, long: number): RealProgram {
  function* sleeper(): Coroutine<void> {
    for (let round = 0; round < rounds; round++) yield* sleep(ms);
  }
  function* polite(): Coroutine<void> {
    yield* sleep(ms / 2);
    yield* sleep(long);
  }
  function* rude(): Coroutine<void> {
    yield* sleep(ms / 2);
    blockingSleep(long);
  }
  const withOne = (other: () => Coroutine<void>) =>
    function* (): Coroutine<void> {
      yield* gather([...times(count, sleeper), other()]);
    };
  return {
    name: 'blocking-call',
    what: `${count} coroutines that sleep ${rounds} times for ${ms} ms beside one that blocks for ${long} ms, against one that awaits a sleep`,
    file: 'blocking_call.py',
    args: [count, rounds, ms, long],
    predict: (machine) => ({
      base: coroutines(machine, withOne(polite)),
      other: coroutines(machine, withOne(rude)),
    }),
    simplified: TIMERS,
  };
}

/** All of them, for a machine of so many cores. */
export function realPrograms(cores: number): RealProgram[] {
  return [
    threadsProgram('threads-cpu-2', 2, 60, 'cpu'),
    threadsProgram('threads-cpu-4', 4, 30, 'cpu'),
    threadsProgram('threads-sleep', 5, 40, 'sleep'),
    lockProgram(4, 6, 3, 5),
    convoy('convoy', 15, 5, 5),
    convoy('convoy-1ms', 15, 5, 1),
    convoy('convoy-20ms', 6, 5, 20),
    convoy('convoy-native', 6, 5, 5, true),
    gatherProgram(10, 20),
    blockingCall(5, 10, 10, 60),
    blockingToThread(12, 30),
    computingToThread(2, 150),
    processPool('process-pool', cores, cores, 120),
    processPool('process-pool-small', cores, 50 * cores, 1),
  ];
}
