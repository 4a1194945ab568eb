/**
 * The global interpreter lock, by the rules of CPython (Python/ceval_gil.c): of all threads of a process only the one
 * that holds it runs Python code.
 *
 * A thread that finds it taken waits. Each *switch interval* (5 ms) that it has waited without a switch having happened
 * meanwhile, it asks the holder to drop it. The holder drops it at its next check: at once in plain Python code, at the
 * end of a native call that doesn't give it up. Then it waits until another thread has it (*forced switching*), and
 * queues up like anybody else. Whoever blocks gives it up unasked.
 *
 * There is no fairness beyond that, and no priority. The first that waits gets it, unless the policy picks another, as
 * an operating system might.
 */

import { Fifo } from '../core/fifo.ts';
import type { Completion } from '../core/world.ts';
import type { Machine } from './machine.ts';
import type { Schedulable } from './schedulable.ts';

/** What is nearer than this (ms) is the same moment: a nanosecond. */
const HAIR = 1e-6;

/** The lock of one process, and the timer of those who wait for it. */
export class Gil implements Completion {
  /** Who has it; null: it is free. */
  holder: Schedulable | null;
  /** Somebody has asked the holder to drop it. */
  asked: boolean;
  /** Those who wait, in the order in which they came. */
  readonly waiters: Fifo<Schedulable>;
  /** Its place in the calendar: when the next one will ask. */
  slot: number;
  private readonly machine: Machine;
  private readonly interval: number;
  private lastHolder: Schedulable | null;
  /** The time of that. */
  private askAt: number;
  /**
   * When those who wait wake up to look, in order: each does so every interval since it came, so that its time modulo the
   * interval says it all. Sorted, so that the next one is found by halving, however many wait.
   */
  private readonly phases: number[];

  constructor(machine: Machine, interval: number) {
    this.holder = null;
    this.asked = false;
    this.waiters = new Fifo();
    this.slot = -1;
    this.machine = machine;
    this.interval = interval;
    this.lastHolder = null;
    this.askAt = Number.POSITIVE_INFINITY;
    this.phases = [];
  }

  /** The thread has it from now on; returns whether that is a switch: somebody else had it before. */
  take(thread: Schedulable): boolean {
    const { lastHolder } = this;
    this.holder = thread;
    this.asked = false;
    if (lastHolder === thread) return false;
    this.lastHolder = thread;
    this.setTimer(this.phases.length === 0 ? Number.POSITIVE_INFINITY : this.nextWakeUp());
    return lastHolder !== null;
  }

  /** The thread waits for it. */
  enqueue(thread: Schedulable): void {
    const { now } = this.machine;
    const phase = this.phaseOf(now);
    thread.gilPhase = phase;
    this.phases.splice(this.firstFrom(phase), 0, phase);
    this.waiters.push(thread);
    const inAnInterval = now + this.interval;
    if (!this.asked && (this.slot < 0 || inAnInterval < this.askAt)) this.setTimer(inAnInterval);
  }

  /** The holder gives it up; returns who gets it, null if nobody waits. */
  drop(): Schedulable | null {
    this.holder = null;
    this.setTimer(Number.POSITIVE_INFINITY);
    if (this.waiters.length === 0) return null;
    const picked = this.machine.choose(this.waiters.length);
    if (picked > 0) this.waiters.moveToHead(picked);
    const next = this.waiters.shift();
    this.phases.splice(this.firstFrom(next.gilPhase), 1);
    return next;
  }

  /** Somebody has waited an interval in vain, and asks. */
  onDue(): void {
    this.asked = true;
    const asking = [...this.waiters].find(({ gilPhase }) => this.isNow(gilPhase)) ?? this.waiters.at(0)!;
    this.machine.askedForGil(this.holder!, asking);
  }

  private setTimer(when: number): void {
    const { calendar } = this.machine.world;
    if (this.slot >= 0) calendar.remove(this);
    this.askAt = when;
    if (when < Number.POSITIVE_INFINITY) calendar.add(when, this);
  }

  /** There was a switch: when the first of those who wait will have seen none for a whole interval. */
  private nextWakeUp(): number {
    const { phases, interval } = this;
    const earliest = this.machine.now + interval;
    const phase = this.phaseOf(earliest);
    const place = this.firstFrom(phase - HAIR);
    const wait = place < phases.length ? phases[place]! - phase : phases[0]! + interval - phase;
    // A hair before the end of a round is its beginning.
    return interval - wait < HAIR ? earliest : earliest + Math.max(0, wait);
  }

  private isNow(phase: number): boolean {
    const apart = Math.abs(this.phaseOf(this.machine.now) - phase);
    return apart < HAIR || this.interval - apart < HAIR;
  }

  private phaseOf(time: number): number {
    return time - Math.floor(time / this.interval) * this.interval;
  }

  /** The place of the first phase that is `phase` or more. */
  private firstFrom(phase: number): number {
    const { phases } = this;
    let low = 0;
    let high = phases.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (phases[middle]! < phase) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
