// Rung 4: timers and the virtual clock. When nothing is ready, the clock jumps to the earliest deadline.
// New since rung 3: lines 10-11, 14-16, 50-55. (Left out: the count of iterations.)
// Notice: three who sleep twice for 1 s do it together, in 2 s. A blocking sleep moves the clock too, but
// nobody gets a turn meanwhile: those three take 6 s. The tasks are the same, only the way they pause is not.

type Callback = () => void;
type Coroutine<T> = Generator<Future<unknown> | undefined, T, void>;

const ready: Callback[] = [];
const timers: { when: number; callback: Callback }[] = []; // the earliest deadline first
let now = 0; // the virtual clock, in seconds: it goes forward only, and only when told to
const callSoon = (callback: Callback) => ready.push(callback);
function run(): void {
  while (ready.length + timers.length > 0) {
    if (ready.length === 0) now = Math.max(now, timers[0]!.when); // nothing to do: jump
    while (timers[0] && timers[0].when <= now) callSoon(timers.shift()!.callback);
    for (const callback of ready.splice(0)) callback();
  }
}

class Future<T> {
  outcome: { value: T } | undefined;
  callbacks: Callback[] = [];
  setResult(value: T): void {
    if (this.outcome) throw new Error('InvalidStateError: the result of a future is set once');
    this.outcome = { value };
    for (const callback of this.callbacks) callSoon(callback);
  }
  addDoneCallback = (callback: Callback) =>
    this.outcome ? callSoon(callback) : this.callbacks.push(callback);
  *[Symbol.iterator](): Coroutine<T> {
    while (!this.outcome) yield this;
    return this.outcome.value;
  }
}

function createTask<T>(coro: Coroutine<T>): Future<T> {
  const task = new Future<T>();
  const step = () => {
    const { done, value } = coro.next();
    if (done) task.setResult(value);
    else if (value) value.addDoneCallback(wakeup);
    else callSoon(step);
  };
  const wakeup = step;
  callSoon(step);
  return task;
}

function sleep(delay: number): Future<void> {
  const future = new Future<void>();
  timers.push({ when: now + delay, callback: () => future.setResult() });
  timers.sort((a, b) => a.when - b.when); // stable: equal deadlines keep their sequence
  return future;
}

export function main(print: (line: string) => void): void {
  function* blockingSleep(delay: number): Coroutine<void> {
    now += delay;
  }
  for (const pause of [sleep, blockingSleep]) {
    const start = now;
    function* task(name: string): Coroutine<void> {
      yield* pause(1);
      print(`${now - start} s: ${name} is half done`);
      yield* pause(1);
      print(`${now - start} s: ${name} is done`);
    }
    for (const name of ['A', 'B', 'C']) createTask(task(name));
    run();
    print(`three tasks, ${pause.name}: ${now - start} s`);
  }
}
if (process.argv[1]?.includes('4-timers')) main(console.log);

// Question: let the first pause of a task be `sleep(1)` in both rounds. How long does the second round take?
