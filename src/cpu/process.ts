import { currentThread } from './current-thread.ts';
import { machineHere, Thread, type ThreadBody, type ThreadOptions } from './thread.ts';

/**
 * A process of a simulated machine: a thread in an interpreter of its own, with a GIL of its own, so that it computes
 * beside all the others as long as there are cores. Mirrors `multiprocessing.Process`.
 *
 * Starting it costs `costs.processCreate`. What its body closes over is shared here, as it would not be there: hand over
 * nothing but values.
 *
 * @example
 * const worker = new Process(function* () { yield* busy(seconds(1)); }, { name: 'worker' }).start();
 * yield* worker.join();
 */
export class Process<T = unknown> extends Thread<T> {
  constructor(body: ThreadBody<T>, options: ThreadOptions = {}) {
    const machine = machineHere('a process');
    if (currentThread() === null) machine.admitHost();
    const name = options.name ?? `Process-${machine.countProcess()}`;
    super(body, { ...options, name }, machine.newProcess(name));
  }

  /** @internal */
  protected override creationCost(): number {
    return this.machine.costs.processCreate;
  }
}
