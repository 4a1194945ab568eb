/**
 * Steps through a trace whose rows can't be read any more from the moment on at which `x` is pressed: whatever the stepper does
 * next fails inside of it.
 */

import { Recorder, run, sleep, Trace } from '../../../src/index.ts';
import { processTerminal } from '../../../src/node/run-demo.ts';

const recorder = new Recorder();
run(() => sleep(5), { trace: recorder });
let isGone = false;
process.stdin.on('keypress', (key) => {
  isGone ||= key === 'x';
});
const trace = new Trace({
  length: recorder.length,
  read: (index) => {
    if (isGone) throw new Error('the log is gone');
    return recorder.at(index)!;
  },
});
processTerminal().step!({ trace }, false);
