// Rung 2: futures. A future is a box for a result that is not here yet, and a list of who wants to know.
// New since rung 1: lines 18-29.
// Notice: setResult runs nobody. It hands the callbacks to the ready queue: whoever sets a result finishes
// what it does first; the callbacks come behind what was ready before. So does one that is added too late:
// the box is full, and still it waits for its turn like everybody else.

type Callback = () => void;

const ready: Callback[] = [];
let iteration = 0;
const callSoon = (callback: Callback) => ready.push(callback);
function run(): void {
  for (iteration = 1; ready.length > 0; iteration++) {
    for (const callback of ready.splice(0)) callback();
  }
}

/** Pending until its one result is set; then done, for ever. */
class Future<T> {
  outcome: { value: T } | undefined; // the box; a result may well be `undefined`, so it is wrapped
  callbacks: Callback[] = [];
  setResult(value: T): void {
    if (this.outcome) throw new Error('InvalidStateError: the result of a future is set once');
    this.outcome = { value };
    for (const callback of this.callbacks) callSoon(callback);
  }
  addDoneCallback = (callback: Callback) =>
    this.outcome ? callSoon(callback) : this.callbacks.push(callback);
}

export function main(print: (line: string) => void): void {
  const say = (text: string) => print(`iteration ${iteration}: ${text}`);
  const future = new Future<number>();
  future.addDoneCallback(() => say(`first callback, the result is ${future.outcome?.value}`));
  future.addDoneCallback(() => say('second callback'));
  callSoon(() => {
    say('the result is set');
    future.setResult(42);
    future.addDoneCallback(() => say('third callback, added too late'));
    say('whoever set it goes on');
  });
  callSoon(() => say('somebody who was ready before'));
  run();
}
if (process.argv[1]?.includes('2-futures')) main(console.log);

// Question: let setResult run the callbacks inline, `callback()` for `callSoon(callback)`. Who is cut short?
