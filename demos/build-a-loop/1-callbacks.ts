// Rung 1: callbacks. An event loop is a queue of callbacks and a `while` that runs them, one at a time.
// New: everything.
// Notice: callSoon runs nothing, it only queues. And an iteration runs exactly what was ready when it began:
// what those callbacks queue (`d`) comes behind everybody who was there before, in the next iteration.

type Callback = () => void;

/** The ready queue: first in, first out. */
const ready: Callback[] = [];

/** Which iteration runs, to show it; the loop itself has no need of it. */
let iteration = 0;

/** Queues a callback. It runs when its turn comes, never now. */
const callSoon = (callback: Callback) => ready.push(callback);

/** This is the event loop. */
function run(): void {
  for (iteration = 1; ready.length > 0; iteration++) {
    // splice(0) takes out all that is ready now; what the callbacks add goes into the emptied queue.
    for (const callback of ready.splice(0)) callback();
  }
}

export function main(print: (line: string) => void): void {
  const say = (text: string) => print(`iteration ${iteration}: ${text}`);
  callSoon(() => say('a'));
  callSoon(() => {
    say('b begins, and queues d');
    callSoon(() => say('d'));
    say('b ends');
  });
  callSoon(() => say('c'));
  run();
}
if (process.argv[1]?.includes('1-callbacks')) main(console.log);

// Question: let an iteration run one callback only, `ready.splice(0, 1)`. Does anybody run in another order?
