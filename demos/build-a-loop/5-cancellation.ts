// Rung 5: cancellation. A request, passed on to whatever the task awaits, that comes back as an exception.
// New since rung 3: lines 7, 12, 16, 18-20, 23, 28, 35-36, 38-47, 49-52. (Left out: the count of iterations.)
// Notice: cancel() stops nobody. The task wakes up as ever, meets the exception, tidies up, may even live on.

type Callback = () => void;
type Coroutine<T> = Generator<Future<unknown> | undefined, T, void>;
class CancelledError extends Error {}

const ready: Callback[] = [];
const callSoon = (callback: Callback) => ready.push(callback);
function run(): void {
  while (ready.length > 0) for (const callback of ready.splice(0)) callback();
}

class Future<T> {
  outcome: { value: T } | { error: unknown } | undefined;
  callbacks: Callback[] = [];
  settle(outcome: { value: T } | { error: unknown }): void {
    if (this.outcome) return; // the first ending stays
    this.outcome = outcome;
    for (const callback of this.callbacks) callSoon(callback);
  }
  cancel: Callback = () => this.settle({ error: new CancelledError() });
  addDoneCallback = (callback: Callback) =>
    this.outcome ? callSoon(callback) : this.callbacks.push(callback);
  *[Symbol.iterator](): Coroutine<T> {
    while (!this.outcome) yield this;
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }
}

function createTask<T>(coro: Coroutine<T>): Future<T> {
  const task = new Future<T>();
  let waiter: Future<unknown> | undefined; // what the task awaits
  let mustCancel = false; // nothing there to pass the request on to: the next step throws it in
  const step = () => {
    try {
      const { done, value } = mustCancel ? coro.throw(new CancelledError()) : coro.next();
      mustCancel = false;
      waiter = done ? undefined : value;
      if (done) task.settle({ value });
      else if (value) value.addDoneCallback(step);
      else callSoon(step);
    } catch (error) {
      task.settle({ error });
    }
  };
  task.cancel = () => {
    if (waiter && !waiter.outcome) waiter.cancel();
    else mustCancel = true;
  };
  callSoon(step);
  return task;
}

export function main(print: (line: string) => void): void {
  function* worker(name: string): Coroutine<void> {
    try {
      print(`${name} begins`);
      yield* new Future<void>(); // which nobody will ever settle
    } catch (error) {
      print(`${name} meets CancelledError`);
      if (name !== 'stubborn') throw error;
    } finally {
      print(`${name} tidies up`);
    }
  }
  for (const name of ['polite', 'stubborn', 'early']) {
    const task = createTask(worker(name));
    task.addDoneCallback(() => print(`${name} ${'error' in task.outcome! ? 'is cancelled' : 'is done'}`));
    if (name === 'early') task.cancel();
    else callSoon(task.cancel);
  }
  run();
}
if (process.argv[1]?.includes('5-cancellation')) main(console.log);

// Question: leave out `else mustCancel = true`. What becomes of `early`, and why does run() end all the same?
