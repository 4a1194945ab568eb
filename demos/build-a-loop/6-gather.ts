// Rung 6: gather. Nothing new in the loop: many futures become one, with nothing but futures and callbacks.
// New since rung 3: lines 47-58.
// Notice: the results come in the order of the arguments, whoever finished first. And news travels hop by
// hop: the last child ends in one iteration, gather hears it in the next, the parent in the one after that.

type Callback = () => void;
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

function gather<T>(...coros: Coroutine<T>[]): Future<T[]> {
  const outer = new Future<T[]>();
  const children = coros.map((coro) => createTask(coro));
  let unfinished = children.length;
  const childDone = () => {
    unfinished -= 1;
    if (unfinished === 0) outer.setResult(children.map((child) => child.outcome!.value));
  };
  for (const child of children) child.addDoneCallback(childDone);
  if (unfinished === 0) outer.setResult([]);
  return outer;
}

export function main(print: (line: string) => void): void {
  const say = (text: string) => print(`iteration ${iteration}: ${text}`);
  function* child(name: string, rests: number): Coroutine<string> {
    for (let rest = 0; rest < rests; rest++) yield;
    say(`${name} is done`);
    return name;
  }
  function* parent(): Coroutine<void> {
    say('parent gathers');
    const names = yield* gather(child('a', 2), child('b', 0), child('c', 1));
    say(`parent gets ${names.join(', ')}`);
  }
  createTask(parent());
  run();
}
if (process.argv[1]?.includes('6-gather')) main(console.log);

// Question: let the parent gather nobody, `gather()`. In which iteration does it get its nothing, and why?
