// Rung 3: tasks. A task drives a generator: step() runs it to its next `yield`, and queues itself for later.
// New since rung 2: lines 8-9, 30-33, 36-47.
// Notice: what a task yields says when to step it again. A future: once that is done, for it holds the task's
// wakeup among its callbacks. Nothing (a bare `yield`): in the next iteration. And a task is a future too, of
// what its generator returns, so tasks can await tasks. To await what is done already is no wait at all.

type Callback = () => void;
/** A generator that yields what it waits for (or nothing) and returns a T. */
type Coroutine<T> = Generator<Future<unknown> | undefined, T, void>;

const ready: Callback[] = [];
let iteration = 0;
const callSoon = (callback: Callback) => ready.push(callback);
function run(): void {
  for (iteration = 1; ready.length > 0; iteration++) {
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
    while (!this.outcome) yield this; // what `yield* future` does: hand itself to the task that runs this
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
  callSoon(step); // it starts when its turn comes, not here
  return task;
}

export function main(print: (line: string) => void): void {
  const say = (text: string) => print(`iteration ${iteration}: ${text}`);
  const letter = new Future<string>();
  function* reader(): Coroutine<string> {
    say('reader waits for the letter');
    say(`reader reads "${yield* letter}"`);
    return `${yield* letter}, again`; // done already: the reader does not stop here
  }
  function* editor(): Coroutine<void> {
    say(`editor gets "${yield* createTask(reader())}"`);
  }
  function* writer(): Coroutine<void> {
    say('writer thinks for one iteration');
    yield;
    letter.setResult('hello');
    say('writer has sent the letter');
  }
  createTask(editor());
  createTask(writer());
  run();
}
if (process.argv[1]?.includes('3-tasks')) main(console.log);

// Question: let a bare `yield` go on at once, `else step()`. Why does the reader wait no longer?
