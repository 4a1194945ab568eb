/**
 * A loop just large enough to write logs for property tests: it plays a script of numbers, writes the events, and
 * after each one notes down what it sees in its own queues. It shares no code with the fold that is tested.
 */

import type { TraceEvent } from '../../src/trace/events.ts';
import { type Entry, log } from './log.ts';

/** What the loop saw after an event. */
export interface Seen {
  readonly time: number;
  readonly running: boolean;
  readonly remaining: number;
  readonly stack: string[];
  readonly ready: string[];
  readonly timers: string[];
  readonly tasks: string[];
  readonly waiters: number[];
  readonly printed: number;
}

interface TinyTask {
  readonly id: number;
  state: string;
  steps: number;
}

export class TinyLoop {
  readonly #script: number[];
  readonly #entries: Entry[];
  readonly #seen: Seen[];
  readonly #tasks: TinyTask[];
  readonly #timers: { id: number; when: number; task: TinyTask | null }[];
  readonly #waiters: TinyTask[];
  readonly #stack: string[];
  #ready: ({ task: TinyTask } | { handle: number; wakes: TinyTask | null; cancelled: boolean })[];
  #time: number;
  #running: boolean;
  #remaining: number;
  #printed: number;

  constructor(script: readonly number[]) {
    this.#script = [...script];
    this.#entries = [];
    this.#seen = [];
    this.#tasks = [];
    this.#timers = [];
    this.#waiters = [];
    this.#stack = [];
    this.#ready = [];
    this.#time = 0;
    this.#running = false;
    this.#remaining = 0;
    this.#printed = 0;
  }

  /** Plays the script to its end. */
  play(): { events: TraceEvent[]; seen: Seen[] } {
    this.#write({ kind: 'resource:new', resource: 1, capacity: 1, value: 0, type: 'Lock', name: 'stove' });
    this.#newTask(false);
    this.#drive();
    while (this.#script.length > 0 && (this.#ready.length > 0 || this.#timers.length > 0)) this.#iterate();
    this.#return();
    return { events: log(...this.#entries), seen: this.#seen };
  }

  /** Writes an event; what it does to the loop is done before. Returns its number. */
  #write(entry: Entry): number {
    this.#entries.push({ ...entry, at: this.#time });
    this.#seen.push({
      time: this.#time,
      running: this.#running,
      remaining: this.#remaining,
      stack: [...this.#stack],
      ready: this.#ready.map((entry) =>
        'task' in entry
          ? `task ${entry.task.id}`
          : `handle ${entry.handle}${entry.cancelled ? ' cancelled' : ''}`,
      ),
      timers: this.#inOrder().map((timer) => `${timer.when} ${timer.id}`),
      tasks: this.#tasks.map((task) => `${task.id} ${task.state} ${task.steps}`),
      waiters: this.#waiters.map((task) => task.id),
      printed: this.#printed,
    });
    return this.#entries.length;
  }

  #inOrder() {
    return this.#timers.toSorted((a, b) => a.when - b.when || a.id - b.id);
  }

  #next(below: number): number {
    return (this.#script.shift() ?? 0) % below;
  }

  #drive(): void {
    this.#running = true;
    this.#write({ kind: 'loop:run', loop: 1 });
  }

  /** A driver returns, perhaps in the middle of an iteration. */
  #return(): void {
    this.#running = false;
    this.#write({ kind: 'loop:return', loop: 1, remaining: this.#remaining });
  }

  #iterate(): void {
    const first = this.#inOrder()[0];
    if (this.#ready.length === 0 && first && first.when > this.#time) {
      const from = this.#time;
      this.#time = first.when;
      this.#write({ kind: 'clock:jump', from, to: first.when });
    }
    for (const timer of this.#inOrder().filter((timer) => timer.when <= this.#time)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      this.#ready.push({ handle: this.#entries.length + 1, wakes: timer.task, cancelled: false });
      this.#write({ kind: 'timer:due', timer: timer.id, label: '' });
    }
    this.#remaining = this.#ready.length;
    this.#write({ kind: 'iteration', ready: this.#remaining });
    while (this.#remaining > 0) {
      const entry = this.#ready.shift()!;
      this.#remaining--;
      if ('task' in entry) this.#step(entry.task, false);
      else if (entry.cancelled) this.#write({ kind: 'handle:skip', handle: entry.handle });
      else this.#runHandle(entry.handle, entry.wakes);
      if (this.#running && this.#next(6) === 1) this.#return();
      if (!this.#running) this.#drive();
    }
  }

  #runHandle(handle: number, wakes: TinyTask | null): void {
    this.#stack.push(`handle ${handle}`);
    this.#write({ kind: 'handle:run', handle });
    if (wakes) this.#makeReady(wakes);
    else this.#act(null);
    if (this.#next(6) === 1) return this.#exit();
    this.#stack.pop();
    this.#write({ kind: 'handle:end', handle });
  }

  /** The callback threw what leaves the loop at once: it has no end of its own, and its iteration is over. */
  #exit(): void {
    this.#stack.length = 0;
    this.#remaining = 0;
    this.#return();
  }

  #step(task: TinyTask, eager: boolean): void {
    task.state = 'running';
    task.steps++;
    this.#stack.push(`task ${task.id}`);
    this.#write({ kind: 'task:step', task: task.id, eager });
    for (let actions = this.#next(4); actions > 0; actions--) this.#act(task);
    this.#end(task);
  }

  #end(task: TinyTask): void {
    const how = this.#next(4);
    if (how === 0) {
      this.#stack.pop();
      task.state = 'done';
      this.#write({ kind: 'task:done', task: task.id, outcome: 'result', detail: '' });
    } else if (how === 1) {
      this.#stack.pop();
      task.state = 'ready';
      this.#ready.push({ task });
      this.#write({ kind: 'task:yield', task: task.id });
    } else {
      const lock = how === 2;
      if (!lock) this.#setTimer(task);
      this.#stack.pop();
      task.state = 'waiting';
      if (lock) this.#waiters.push(task);
      this.#write({
        kind: 'task:wait',
        task: task.id,
        target: lock ? 1 : 0,
        on: lock ? 'resource' : 'timer',
        reason: lock ? 'lock.acquire' : 'sleep',
        name: '',
      });
    }
  }

  #act(task: TinyTask | null): void {
    switch (this.#next(9)) {
      case 0:
        this.#newTask(false);
        return;
      case 1:
        this.#newTask(true);
        return;
      case 2:
        this.#ready.push({ handle: this.#entries.length + 1, wakes: null, cancelled: false });
        this.#write({ kind: 'handle:ready', label: '' });
        return;
      case 3:
        this.#setTimer(null);
        return;
      case 4: {
        const from = this.#time;
        this.#time += this.#next(20);
        this.#write({ kind: 'compute', from, to: this.#time, task: task?.id ?? 0, label: '' });
        return;
      }
      case 5: {
        const entry = this.#ready.find((entry) => 'handle' in entry && !entry.cancelled && !entry.wakes);
        if (!entry || 'task' in entry) return;
        entry.cancelled = true;
        this.#write({ kind: 'handle:cancel', handle: entry.handle });
        return;
      }
      case 6: {
        const place = this.#timers.findIndex((timer) => !timer.task);
        const [timer] = place < 0 ? [] : this.#timers.splice(place, 1);
        if (timer) this.#write({ kind: 'timer:cancel', timer: timer.id });
        return;
      }
      case 7: {
        const [waiter] = this.#waiters.splice(this.#next(this.#waiters.length || 1), 1);
        if (waiter) this.#makeReady(waiter);
        return;
      }
      default:
        this.#printed++;
        this.#write({ kind: 'print', task: task?.id ?? 0, text: '' });
    }
  }

  #newTask(eager: boolean): void {
    const parent = Number(this.#stack.findLast((entry) => entry.startsWith('task'))?.slice(5) ?? 0);
    const task: TinyTask = { id: this.#tasks.length + 1, state: 'new', steps: 0 };
    this.#tasks.push(task);
    this.#write({ kind: 'task:create', task: task.id, parent, name: `t${task.id}` });
    if (eager) this.#step(task, true);
    else this.#makeReady(task);
  }

  #makeReady(task: TinyTask): void {
    task.state = 'ready';
    this.#ready.push({ task });
    this.#write({ kind: 'task:ready', task: task.id });
  }

  #setTimer(task: TinyTask | null): void {
    const when = this.#time + this.#next(30);
    this.#timers.push({ id: this.#entries.length + 1, when, task });
    this.#write({ kind: 'timer:set', when, task: task?.id ?? 0, label: '' });
  }
}
