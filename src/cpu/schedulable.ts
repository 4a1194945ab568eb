import type { Context } from '../core/context.ts';
import { className, tag } from '../core/format.ts';
import type { Holder, WaitDescription } from '../core/suspension.ts';
import type { Completion } from '../core/world.ts';
import type { Core, Interpreter, Machine } from './machine.ts';

/**
 * Where a thread stands with its machine:
 *
 * - *new*: made, and not started;
 * - *gil*: it wants to run, and waits for the GIL of its process;
 * - *core*: it has the GIL, if there is one, and waits for a core;
 * - *running*: it has both;
 * - *waiting*: it has neither, and wants neither until what it waits for is there;
 * - *done*.
 */
export type ThreadPhase = 'new' | 'gil' | 'core' | 'running' | 'waiting' | 'done';

/**
 * What a machine schedules: a thread, seen from below.
 *
 * It asks for some CPU time (`Machine.want`), gets it in one slice or several, and is resumed when it has had all of it.
 * What it is that is resumed, a generator or the loop's own thread, the machine doesn't know.
 */
export abstract class Schedulable implements Completion, Holder {
  /** Its number in its machine, from 1. */
  readonly id: number;
  /** @internal */ readonly kind = 'thread';
  /** @internal */ readonly machine: Machine;
  /** @internal */ readonly process: Interpreter;
  /** @internal */ phase: ThreadPhase;
  /** The core it runs on. @internal */
  core: Core | null;
  /** CPU ms that it still wants before it is resumed. @internal */
  work: number;
  /** CPU ms that the machine's own work still takes out of its time, before its own goes on. @internal */
  overhead: number;
  /** Its work is a native call that doesn't give up the GIL before its end. @internal */
  isNative: boolean;
  /** When its present slice began. @internal */
  sliceStart: number;
  /** Its place in the calendar: for the end of its work, or of its sleep. @internal */
  slot: number;
  /** The event by which it became ready, or runs. @internal */
  event: number;
  /** When it looks for the GIL, within a switch interval. @internal */
  gilPhase: number;
  /** Which of those who look at that moment it is. @internal */
  gilTurn: number;
  /** It got the GIL from another thread, and hasn't run since. @internal */
  hadSwitch: boolean;
  /** The variables of its code: its own, empty at first; null as long as it has set none. @internal */
  context: Context | null;
  readonly #name: string;

  constructor(machine: Machine, process: Interpreter, name: string) {
    this.id = machine.nextThread();
    this.machine = machine;
    this.process = process;
    this.phase = 'new';
    this.core = null;
    this.work = 0;
    this.overhead = 0;
    this.isNative = false;
    this.sliceStart = 0;
    this.slot = -1;
    this.event = 0;
    this.gilPhase = 0;
    this.gilTurn = 0;
    this.hadSwitch = false;
    this.context = null;
    this.#name = name || `Thread-${++machine.namedThreads}`;
  }

  /** Its name; by default `Thread-1`, `Thread-2` … Mirrors `Thread.name`. */
  get name(): string {
    return this.#name;
  }

  toString(): string {
    return tag(className(this.kind), this.getName(), this.phase);
  }

  getName(): string {
    return this.#name;
  }

  /** @internal */
  called(): string {
    return this.#name;
  }

  done(): boolean {
    return this.phase === 'done';
  }

  /** On whose behalf it asks for what comes by chance: its own. @internal */
  get asker(): object {
    return this;
  }

  /** It has had the CPU time it wanted, and goes on. @internal */
  abstract resume(): void;
  /** What it waits for; null if it doesn't. @internal */
  abstract waitsFor(): WaitDescription | null;

  /** The end of its work, or of its sleep. @internal */
  onDue(): void {
    if (this.phase === 'running') this.machine.workDone(this);
    else this.machine.wake(this);
  }
}
