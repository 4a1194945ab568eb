/**
 * What must hold of every choice of every program: taken otherwise, the run differs from there on and not before; and a run is
 * all in its schedule, one line.
 */

import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSchedule, otherwise, parseSchedule, replay, scheduleOf } from '../../src/explore/index.ts';
import {
  blocked,
  busy,
  type Coroutine,
  compute,
  createTask,
  Device,
  gather,
  Lock,
  Queue,
  run,
  sleep,
  Thread,
  ThreadLock,
  type Trace,
  type TraceEvent,
  toThread,
} from '../../src/index.ts';
import { runProgram } from '../conformance/adapter.ts';
import { loadPrograms, programFiles } from '../conformance/corpus.ts';

type Action = {
  readonly do: 'sleep' | 'compute' | 'lock' | 'put' | 'request' | 'fault' | 'toThread' | 'thread';
  readonly ms: number;
};

const action: fc.Arbitrary<Action> = fc.record({
  do: fc.constantFrom('sleep', 'compute', 'lock', 'put', 'request', 'fault', 'toThread', 'thread'),
  ms: fc.integer({ min: 0, max: 4 }), // few lengths, so that much happens at once
});
const plan = fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 });

/** A program of tasks, and of threads which these start: all its state is made when it starts. */
function programOf(plan: readonly (readonly Action[])[]): () => void {
  return () =>
    run(
      function* (): Coroutine<void> {
        const lock = new Lock('lock');
        const queue = new Queue<number>();
        const net = new Device({ name: 'net', latency: [1, 3], channels: 2 });
        const disk = new Device({ name: 'disk', latency: 2, failureRate: 0.5 });
        const threadLock = new ThreadLock('thread lock');
        function* inThread(ms: number): Coroutine<void> {
          yield* threadLock.run(() => busy(ms));
          yield* blocked(ms);
        }
        function* task(actions: readonly Action[]): Coroutine<void> {
          for (const { do: what, ms } of actions) {
            if (what === 'sleep') yield* sleep(ms);
            else if (what === 'compute') compute(ms);
            else if (what === 'lock') yield* lock.run(() => sleep(ms));
            else if (what === 'put') yield* queue.put(ms);
            else if (what === 'request') yield* net.request();
            else if (what === 'fault') yield* gather([disk.request()], { returnExceptions: true });
            else if (what === 'toThread') yield* toThread(inThread, ms);
            else new Thread(() => inThread(ms)).start();
          }
        }
        yield* gather(plan.map((actions, i) => createTask(task(actions), { name: `t${i}` })));
      },
      { name: 'main' },
    );
}

const lineOf = (trace: Trace) => formatSchedule(scheduleOf(trace));
const bytes = (events: Iterable<TraceEvent>) => Array.from(events, (event) => JSON.stringify(event));

/** Another answer to what was asked in an event; null: there was none. */
function anotherAnswer(event: TraceEvent, random: number): number | null {
  if (event.kind === 'choice')
    return (event.picked + 1 + (random % (event.candidates - 1))) % event.candidates;
  return event.kind === 'draw' ? event.low + ((event.high - event.low) * (random % 7)) / 6 : null;
}

describe('every choice, in random programs', () => {
  const cases = fc.tuple(plan, fc.boolean(), fc.nat(1000), fc.nat(1000), fc.nat(5));

  it('taken otherwise gives a run that differs from the choice on, and not before', () => {
    let taken = 0;
    fc.assert(
      fc.property(cases, ([actions, isAdversarial, seed, at, random]) => {
        const program = programOf(actions);
        const { trace } = replay(program, `seed=${seed}${isAdversarial ? ' adversarial' : ''} ...`);
        const open = [...trace].filter((event) => anotherAnswer(event, random) !== null);
        const event = open[at % (open.length || 1)];
        if (event === undefined) return;
        const answer = anotherAnswer(event, random)!;
        const { trace: other } = replay(program, otherwise(trace, event.seq, answer));
        const before = event.seq - 1;
        expect(bytes(other).slice(0, before)).toEqual(bytes(trace).slice(0, before));
        const { picked: _p, value: _v, by: _b, ...question } = event as never as Record<string, unknown>;
        expect(other.event(event.seq)).toMatchObject(question);
        expect(other.event(event.seq)).toMatchObject(
          event.kind === 'choice' ? { picked: answer } : { value: answer, by: 'policy' },
        );
        taken++;
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  it('is in the schedule of its run: one line, by which it runs again, to the byte', () => {
    fc.assert(
      fc.property(
        cases,
        fc.array(fc.tuple(fc.nat(1000), fc.nat(5)), { maxLength: 3 }),
        ([actions, isAdversarial, seed], choices) => {
          const program = programOf(actions);
          let { trace } = replay(program, `seed=${seed}${isAdversarial ? ' adversarial' : ''} ...`);
          for (const [at, random] of choices) {
            const open = [...trace].filter((event) => anotherAnswer(event, random) !== null);
            const event = open[at % (open.length || 1)];
            if (event)
              trace = replay(program, otherwise(trace, event.seq, anotherAnswer(event, random)!)).trace;
          }
          const line = lineOf(trace);
          expect(formatSchedule(parseSchedule(line))).toBe(line);
          const again = replay(program, line).trace;
          expect(bytes(again)).toEqual(bytes(trace));
          expect(lineOf(again)).toBe(line);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('every program of the corpus', () => {
  it('runs again by its schedule, to the byte', () => {
    const folder = fileURLToPath(new URL('../conformance/programs', import.meta.url));
    for (const { expect: _, ...program } of programFiles(folder).flatMap(loadPrograms)) {
      const start = () => void runProgram(program as never);
      const { trace } = replay(start, 'seed=0 ...');
      expect(bytes(replay(start, lineOf(trace)).trace), program.name).toEqual(bytes(trace));
    }
  });
});
