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
import { WakeUps } from './wake-ups.ts';

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
  /** When the last switch was over: those who wait count from there. */
  private switchedAt: number;
  /**
   * Those who wait, by when they wake up to look: each does so every interval since it came, so that its time modulo the
   * interval says it all.
   */
  private readonly wakeUps: WakeUps;

  constructor(machine: Machine, interval: number) {
    this.holder = null;
    this.asked = false;
    this.waiters = new Fifo();
    this.slot = -1;
    this.machine = machine;
    this.interval = interval;
    this.lastHolder = null;
    this.askAt = Number.POSITIVE_INFINITY;
    this.switchedAt = 0;
    this.wakeUps = new WakeUps();
  }

  /** The thread has it from now on; returns whether that is a switch: somebody else had it before. */
  take(thread: Schedulable): boolean {
    const { lastHolder } = this;
    this.holder = thread;
    this.asked = false;
    if (lastHolder === thread) return false;
    this.lastHolder = thread;
    this.countFrom(this.machine.now);
    return lastHolder !== null;
  }

  /** The switch is, or will be, over at `time`: those who wait see it then, and count from there. */
  countFrom(time: number): void {
    this.switchedAt = time;
    if (this.asked) return;
    this.setTimer(this.wakeUps.isEmpty ? Number.POSITIVE_INFINITY : this.nextWakeUp());
  }

  /** The thread waits for it; one that had to drop it, from when another has it. */
  enqueue(thread: Schedulable, hasDropped = false): void {
    const { now } = this.machine;
    this.wakeUps.add(thread, this.phaseOf(hasDropped ? Math.max(now, this.switchedAt) : now));
    this.waiters.push(thread);
    if (this.asked) return;
    if (now < this.switchedAt) return this.setTimer(this.nextWakeUp());
    const inAnInterval = now + this.interval;
    if (this.slot < 0 || inAnInterval < this.askAt) this.setTimer(inAnInterval);
  }

  /** The holder gives it up; returns who gets it, null if nobody waits. */
  drop(): Schedulable | null {
    this.holder = null;
    this.setTimer(Number.POSITIVE_INFINITY);
    if (this.waiters.length === 0) return null;
    const picked = this.machine.choose(this.waiters);
    if (picked > 0) this.waiters.moveToHead(picked);
    const next = this.waiters.shift();
    this.wakeUps.remove(next);
    return next;
  }

  called(): string {
    return 'asking for the GIL';
  }

  /** Somebody has waited an interval in vain, and asks. */
  onDue(): void {
    this.asked = true;
    const asking = this.firstAround(this.phaseOf(this.machine.now)) ?? this.waiters.at(0)!;
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
    const { wakeUps, interval } = this;
    const earliest = this.switchedAt + interval;
    const phase = this.phaseOf(earliest);
    const next = wakeUps.firstFrom(phase - HAIR);
    const wait = next === null ? wakeUps.firstFrom(0)!.gilPhase + interval - phase : next.gilPhase - phase;
    // A hair before the end of a round is its beginning.
    return interval - wait < HAIR ? earliest : earliest + Math.max(0, wait);
  }

  /** The first of those who wake up now, at `phase` of the interval. */
  private firstAround(phase: number): Schedulable | null {
    const { wakeUps, interval } = this;
    const isNow = (one: Schedulable | null) => {
      const apart = one === null ? interval / 2 : Math.abs(one.gilPhase - phase);
      return apart < HAIR || interval - apart < HAIR;
    };
    const candidates = [phase - HAIR, 0, interval - HAIR].map((from) => wakeUps.firstFrom(from));
    return candidates.find(isNow) ?? null;
  }

  private phaseOf(time: number): number {
    return time - Math.floor(time / this.interval) * this.interval;
  }
}
