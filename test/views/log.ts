/**
 * A hand-written log: events as the loop would write them, numbered and stamped, without a loop.
 *
 * `time` and `iteration` are set by whoever tells the story; the methods write the events of what a loop does for a
 * sleep, a wait or a computation. Causes are those of the real loop.
 */

import fc from 'fast-check';
import {
  EVENT_SCHEMA,
  type EventFields,
  type EventKind,
  type FieldSchema,
  type TraceEvent,
} from '../../src/trace/events.ts';

export class Log {
  readonly events: TraceEvent[];
  time: number;
  iteration: number;
  /** The event that goes on: what causes the next ones. */
  cause: number;
  readonly #readyBy: Map<number, number>;
  readonly #timers: Map<number, number>;

  constructor() {
    this.events = [];
    this.time = 0;
    this.iteration = 0;
    this.cause = 0;
    this.#readyBy = new Map();
    this.#timers = new Map();
  }

  add<K extends EventKind>(kind: K, fields: EventFields[K], cause = this.cause): number {
    const seq = this.events.length + 1;
    const { time, iteration } = this;
    this.events.push({ seq, time, iteration, kind, cause, ...fields } as unknown as TraceEvent);
    return seq;
  }

  create(task: number, name: string, parent = 0): void {
    this.add('task:create', { task, parent, name });
    this.ready(task);
  }

  ready(task: number, cause = this.cause): void {
    this.#readyBy.set(task, this.add('task:ready', { task }, cause));
  }

  iterate(ready: number): void {
    this.iteration++;
    this.add('iteration', { ready });
  }

  step(task: number): void {
    this.cause = this.add('task:step', { task, eager: false }, this.#readyBy.get(task));
  }

  /** The running task sleeps. */
  sleep(task: number, ms: number): void {
    this.#timers.set(task, this.add('timer:set', { when: this.time + ms, task, label: 'sleep' }));
    this.add('task:wait', { task, target: 0, on: 'timer', reason: 'sleep', name: '' });
  }

  wait(task: number, reason: string, name = ''): void {
    this.add('task:wait', { task, target: 0, on: 'future', reason, name });
  }

  giveWay(task: number): void {
    this.#readyBy.set(task, this.add('task:yield', { task }));
  }

  compute(task: number, ms: number, label = ''): void {
    const from = this.time;
    this.time += ms;
    this.add('compute', { from, to: this.time, task, label });
  }

  done(task: number, outcome: EventFields['task:done']['outcome'] = 'result', detail = ''): number {
    return this.add('task:done', { task, outcome, detail });
  }

  jump(to: number): void {
    const from = this.time;
    this.time = to;
    this.add('clock:jump', { from, to });
  }

  /** The sleeps of these tasks are over: their timers run, and make them ready. */
  wake(...tasks: number[]): void {
    this.iteration++;
    const handles = tasks.map((task) => {
      const timer = this.#timers.get(task)!;
      return [task, this.add('timer:due', { timer, label: 'sleep' }, timer)] as const;
    });
    this.add('iteration', { ready: tasks.length });
    for (const [task, handle] of handles) {
      this.cause = this.add('handle:run', { handle }, handle);
      this.ready(task);
      this.add('handle:end', { handle });
    }
  }

  /** An iteration in which the sleeping tasks that were just woken end. */
  finish(...tasks: number[]): void {
    this.iterate(tasks.length);
    for (const task of tasks) {
      this.step(task);
      this.cause = this.done(task);
    }
  }
}

export function log(write: (log: Log) => void): TraceEvent[] {
  const written = new Log();
  write(written);
  return written.events;
}

/** The article's chores, done by machines: rice 40 minutes, laundry and dishes 30. */
export function chores(): TraceEvent[] {
  const minute = 60_000;
  return log((at) => {
    at.create(1, 'main');
    at.iterate(1);
    at.step(1);
    at.create(2, 'rice', 1);
    at.create(3, 'laundry', 1);
    at.create(4, 'dishes', 1);
    at.wait(1, 'gather', 'rice, laundry, dishes');
    at.iterate(3);
    at.step(2);
    at.sleep(2, 40 * minute);
    at.step(3);
    at.sleep(3, 30 * minute);
    at.step(4);
    at.sleep(4, 30 * minute);
    at.jump(30 * minute);
    at.wake(3, 4);
    at.finish(3, 4);
    at.jump(40 * minute);
    at.wake(2);
    at.finish(2);
    at.ready(1);
    at.finish(1);
  });
}

/** The same attentively: nobody can jog and watch tv at the same time. */
export function pastimes(): TraceEvent[] {
  const minute = 60_000;
  return log((at) => {
    at.create(1, 'main');
    at.iterate(1);
    at.step(1);
    at.create(2, 'watch tv', 1);
    at.create(3, 'jog', 1);
    at.create(4, 'play', 1);
    at.wait(1, 'gather', 'watch tv, jog, play');
    at.iterate(3);
    for (const [task, minutes] of [
      [2, 30],
      [3, 30],
      [4, 40],
    ] as const) {
      at.step(task);
      at.compute(task, minutes * minute);
      at.cause = at.done(task);
    }
    at.ready(1);
    at.finish(1);
  });
}

/** A task that computes for 300 ms while others want to wake up at 100 and 200 ms. */
export function hog(): TraceEvent[] {
  return log((at) => {
    at.create(1, 'beat');
    at.create(2, 'hog');
    at.iterate(2);
    at.step(1);
    at.sleep(1, 100);
    at.step(2);
    at.sleep(2, 50);
    at.jump(50);
    at.wake(2);
    at.iterate(1);
    at.step(2);
    at.compute(2, 300, 'hash');
    at.done(2);
    at.wake(1);
    at.iterate(1);
    at.step(1);
    at.sleep(1, 50);
    at.jump(400);
    at.wake(1);
    at.finish(1);
  });
}

const NASTY = [
  '',
  '洗濯',
  '👨‍👩‍👧',
  '\x1b[31mred\x1b[0m',
  'a\nb\tc',
  '\u202eevil',
  'e\u0301',
  '🇩🇪',
  'x'.repeat(90),
];

/** Names of all sorts. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

function anyField({ name, type }: FieldSchema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'flag':
      return fc.boolean();
    case 'outcome':
      return fc.constantFrom('result', 'exception', 'cancelled');
    case 'wait':
      return fc.constantFrom('future', 'task', 'resource', 'timer', 'thread');
    case 'string':
      if (name === 'lack' || name === 'by') return fc.constantFrom('gil', 'core', 'slice');
      return anyName;
    case 'strings':
      return fc.array(anyName, { maxLength: 4 });
    case 'number':
      return ['from', 'to', 'when', 'until'].includes(name) ? fc.integer({ min: 0, max: 200 }) : fc.nat(6);
  }
}

/** Lists of events that are each as the schema says, whether or not they make sense together. */
export const anyEvents: fc.Arbitrary<TraceEvent[]> = fc
  .array(
    fc.constantFrom(...EVENT_SCHEMA).chain(({ kind, numbers, texts }) => {
      const fields = Object.fromEntries([...numbers, ...texts].map((field) => [field.name, anyField(field)]));
      return fc.record({
        fields: fc.record(fields),
        kind: fc.constant(kind),
        pause: fc.constantFrom(0, 0, 0, 1, 7, 40),
        back: fc.nat(8),
      });
    }),
    { maxLength: 60 },
  )
  .map((list) => {
    let time = 0;
    let iteration = 0;
    return list.map(({ kind, fields, pause, back }, i) => {
      time += pause;
      if (kind === 'iteration') iteration++;
      const cause = Math.max(0, i - back);
      return { seq: i + 1, time, iteration, kind, cause, ...fields } as unknown as TraceEvent;
    });
  });

/** Without its escape codes of colour. */
export function stripped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

/** A picture as it stands in a test: without its first line break, and without the indentation of the code. */
export function picture(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indents = lines.filter((line) => line !== '').map((line) => line.search(/\S|$/));
  return lines.map((line) => line.slice(Math.min(...indents))).join('\n');
}
