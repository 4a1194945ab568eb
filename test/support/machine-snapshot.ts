/**
 * The state of simulated machines, read from their live objects alone: no event is looked at. What can't be read off
 * them afterwards (how long a thread was in which phase, how often it ran) is counted while it happens, at the one place
 * through which all threads move.
 */

import { vi } from 'vitest';
import { type Interpreter, Machine } from '../../src/cpu/machine.ts';
import type { Schedulable, ThreadPhase } from '../../src/cpu/schedulable.ts';
import { ThreadPrimitive } from '../../src/cpu/thread-primitive.ts';
import type { LoopState } from '../../src/trace/index.ts';
import { threadTimes } from '../../src/trace/index.ts';

/** What a fold and the live machines are compared by. */
export interface MachinePicture {
  machine: string;
  processes: string[];
  threads: string[];
}

/** What is counted about one thread. */
interface Count {
  readonly thread: Schedulable;
  readonly parent: number;
  readonly made: number;
  since: number;
  readonly ms: { [phase in ThreadPhase]: number };
  runs: number;
  voluntary: number;
  forced: number;
  overhead: number;
  doneAt: number | null;
}

/** What is private in a machine. */
interface Inside {
  host: Schedulable | null;
  outer: { loop: object | null; turn: { task: { id: number } | null } };
  current: Schedulable | null;
  move(thread: Schedulable, phase: ThreadPhase): void;
}

/** Watches all machines that there are from now on, until the mocks are restored. */
export class MachineWatch {
  readonly machines: Machine[];
  readonly counts: Map<Schedulable, Count>;
  readonly processes: Set<Interpreter>;

  constructor() {
    this.machines = [];
    this.counts = new Map();
    this.processes = new Set();
    const watch = this;
    const { newProcess, add, charge } = Machine.prototype;
    const { move } = Machine.prototype as unknown as Inside;
    vi.spyOn(Machine.prototype, 'newProcess').mockImplementation(function born(this: Machine, name) {
      if (!watch.machines.includes(this)) watch.machines.push(this);
      const process = newProcess.call(this, name);
      watch.processes.add(process);
      return process;
    });
    vi.spyOn(Machine.prototype, 'add').mockImplementation(function made(this: Machine, thread, parent) {
      add.call(this, thread, parent);
      const ms = { new: 0, gil: 0, core: 0, running: 0, waiting: 0, done: 0 };
      watch.counts.set(thread, {
        thread,
        parent,
        made: this.now,
        since: this.now,
        ms,
        runs: 0,
        voluntary: 0,
        forced: 0,
        overhead: 0,
        doneAt: null,
      });
    });
    vi.spyOn(Machine.prototype, 'charge').mockImplementation(function spent(this: Machine, thread, ms, what) {
      charge.call(this, thread, ms, what);
      watch.counts.get(thread)!.overhead += ms;
    });
    vi.spyOn(Machine.prototype as unknown as Inside, 'move').mockImplementation(function moved(
      this: Inside,
      thread,
      phase,
    ) {
      const count = watch.counts.get(thread)!;
      const { now } = this as unknown as Machine;
      if (now > count.since) count.ms[thread.phase] += now - count.since;
      count.since = now;
      if (phase === 'running') count.runs++;
      if (phase === 'done') count.doneAt = now;
      if (thread.phase === 'running' && phase === 'waiting') count.voluntary++;
      if (thread.phase === 'running' && (phase === 'gil' || phase === 'core')) count.forced++;
      move.call(this, thread, phase);
    });
  }

  /** What the loop's own thread is doing, also while the code of another thread runs. */
  stage(now: { loop: object | null; turn: { task: { id: number } | null } }): typeof now {
    const machine = this.machines.find((one) => inside(one).current !== null);
    return machine === undefined ? now : inside(machine).outer;
  }

  /** The picture that the live objects give. */
  picture(): MachinePicture {
    const last = this.machines.at(-1);
    return {
      machine:
        last === undefined
          ? 'none'
          : `${last.cores.length} cores, interval ${last.switchInterval}, slice ${last.timeSlice}`,
      processes: [...this.processes].map(({ id, name, gil, machine }) => {
        const lock =
          gil === null ? 'no GIL' : `GIL of ${gil.holder?.id ?? 0}${gil.asked ? ', asked for' : ''}`;
        return `${id} ${name} on ${machine.cores.length} cores: ${lock}`;
      }),
      threads: [...this.counts.values()].map((count) => this.#line(count)),
    };
  }

  #line({ thread, parent, made, since, ms, runs, voluntary, forced, overhead, doneAt }: Count): string {
    const { machine } = thread;
    const { tracer } = machine.world;
    const open = { ...ms };
    if (machine.now > since) open[thread.phase] += machine.now - since;
    const held = [...tracer.resources].filter(([resource]) => resource instanceof ThreadPrimitive);
    const holds = held
      .flatMap(([resource, id]) =>
        (resource as ThreadPrimitive).holders.filter((one) => one === thread).map(() => id),
      )
      .sort((a, b) => a - b);
    const wait = thread.phase === 'waiting' ? thread.waitsFor() : null;
    const target = wait?.target ?? null;
    const id = target === null ? 0 : 'resourceType' in target ? tracer.resources.get(target) : target.id;
    return [
      `${thread.id} ${thread.name} of ${thread.process.id}, by ${parent}`,
      inside(machine).host === thread ? 'host' : '',
      thread.phase === 'gil' || thread.phase === 'core' ? `ready, lacks ${thread.phase}` : thread.phase,
      thread.core === null ? '' : `core ${thread.core.id}`,
      wait === null ? '' : `${wait.on} ${id} ${wait.reason} ${wait.name}`,
      `holds [${holds}]`,
      `busy ${open.running} gil ${open.gil} core ${open.core} waiting ${open.waiting}`,
      `overhead ${overhead} runs ${runs} voluntary ${voluntary} forced ${forced}`,
      outcomeOf(thread),
      `${made} to ${doneAt}`,
    ].join('; ');
  }
}

function inside(machine: Machine): Inside {
  return machine as unknown as Inside;
}

function outcomeOf(thread: Schedulable): string {
  return (thread as unknown as { outcome?: string | null }).outcome ?? 'not over';
}

/** The picture that the fold of the log gives. */
export function machinesOfState(state: LoopState): MachinePicture {
  const { machine } = state;
  return {
    machine:
      machine === null
        ? 'none'
        : `${machine.cores} cores, interval ${machine.interval}, slice ${machine.slice}`,
    processes: [...state.processes.values()].map(({ id, name, gil, holder, asked, cores }) => {
      const lock = gil ? `GIL of ${holder}${asked ? ', asked for' : ''}` : 'no GIL';
      return `${id} ${name} on ${cores} cores: ${lock}`;
    }),
    threads: [...state.threads.values()].map((thread) => {
      const { waiting, switches } = thread;
      const { busy, gil, core, waiting: waited } = threadTimes(thread, state.time);
      return [
        `${thread.id} ${thread.name} of ${thread.process}, by ${thread.parent}`,
        thread.host ? 'host' : '',
        thread.state === 'ready' ? `ready, lacks ${thread.lacks}` : thread.state,
        thread.core === null ? '' : `core ${thread.core}`,
        waiting === null ? '' : `${waiting.on} ${waiting.target} ${waiting.reason} ${waiting.name}`,
        `holds [${[...thread.holds].sort((a, b) => a - b)}]`,
        `busy ${busy} gil ${gil} core ${core} waiting ${waited}`,
        `overhead ${thread.overhead} runs ${thread.runs} voluntary ${switches.voluntary} forced ${switches.forced}`,
        thread.outcome ?? 'not over',
        `${thread.createdAt} to ${thread.doneAt}`,
      ].join('; ');
    }),
  };
}
