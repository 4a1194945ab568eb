/**
 * What is read before and after the measured part of a run: CPU time, or live memory.
 *
 * A contender prepares (makes its tasks, fills its heap), calls `start()`, does the work, calls `stop()`. Several runs
 * of a contender add up on one meter.
 */
import { memoryUsage } from 'node:process';

/** Adds up what the stretches between `start()` and `stop()` cost. */
export interface Meter {
  start(): void;
  stop(): void;
  /** The sum since the last `reset()`: nanoseconds or bytes. */
  readonly total: number;
  reset(): void;
}

/** One run of a workload; returns a number that depends on the work. */
export type Contender = (
  size: { readonly tasks: number; readonly turns: number },
  meter: Meter,
) => number | Promise<number>;

type ThreadCpuUsage = () => { user: number; system: number };

/**
 * CPU time in ns: other processes on the machine cost it little. Where Node can tell (from 23.9 on) that of the main
 * thread, otherwise that of the process, which adds the helper threads of V8: after the warm-up they collect garbage,
 * a cost as well.
 */
export class CpuMeter implements Meter {
  total: number;
  /** 'thread' or 'process': whose CPU time it is. */
  readonly of: 'thread' | 'process';
  private readonly usage: ThreadCpuUsage;
  private begin: number;

  constructor() {
    const { threadCpuUsage } = process as { threadCpuUsage?: ThreadCpuUsage };
    this.total = 0;
    this.of = threadCpuUsage === undefined ? 'process' : 'thread';
    this.usage = threadCpuUsage?.bind(process) ?? (() => process.cpuUsage());
    this.begin = 0;
  }

  start(): void {
    const { user, system } = this.usage();
    this.begin = user + system;
  }

  stop(): void {
    const { user, system } = this.usage();
    this.total += (user + system - this.begin) * 1_000;
  }

  reset(): void {
    this.total = 0;
  }
}

/** Bytes alive after a full collection, typed arrays included. Needs `node --expose-gc`. */
export class MemoryMeter implements Meter {
  total: number;
  private begin: number;

  constructor() {
    this.total = 0;
    this.begin = 0;
  }

  start(): void {
    this.begin = liveBytes();
  }

  stop(): void {
    this.total += liveBytes() - this.begin;
  }

  reset(): void {
    this.total = 0;
  }
}

function liveBytes(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('live memory can be measured only under node --expose-gc');
  gc();
  gc();
  const { heapUsed, arrayBuffers } = memoryUsage();
  return heapUsed + arrayBuffers;
}
