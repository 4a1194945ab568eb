/** The lives in columns are those that the timelines draw: what is told in any order stands by row and in order there. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOINGS, type Lives, livesOf } from '../../src/page/canvas/lives.ts';
import { simulate } from '../../src/testing/index.ts';
import { Trace } from '../../src/trace/trace.ts';
import { lifelines } from '../../src/views/lifelines.ts';
import { programOf, tasksAtRandom } from '../testing/random-programs.ts';
import { anyEvents, chores, hog, pastimes } from '../views/log.ts';
import { beat, kitchen, machines, pool, rivals, script, stretch } from '../views/thread-programs.ts';
import { demoNames, demoTraces, largeTrace, threadsTrace } from './traces.ts';

/** What the columns tell, in the words of `lifelines`. */
function told(lives: Lives) {
  const { slices: s, loop } = lives;
  const of = (kind: 'task' | 'thread') =>
    lives.lives
      .filter((life) => life.kind === kind)
      .map((life) => ({
        id: life.id,
        name: life.name,
        stretches: Array.from({ length: life.last - life.first }, (_, n) => {
          const i = life.first + n;
          return {
            doing: DOINGS[s.doing[i]!],
            from: { time: s.fromTime[i], turn: s.fromTurn[i] },
            to: { time: s.toTime[i], turn: s.toTurn[i] },
            open: life.open && i === life.last - 1,
          };
        }),
        work: Array.from({ length: life.lastWork - life.firstWork }, (_, n) => {
          const i = life.firstWork + n;
          return { from: lives.workFrom[i], to: lives.workTo[i] };
        }),
        end: life.end && { time: life.end.time, turn: life.end.turn, outcome: life.end.outcome },
        ...(kind === 'thread' && { process: life.process, host: life.host }),
      }));
  return {
    tasks: of('task'),
    threads: of('thread'),
    processes: lives.processes,
    loop: {
      from: loop.from,
      to: loop.to,
      busy: loop.busy,
      script: loop.script,
      lacking: loop.lacking,
      absent: loop.absent,
      runs: Array.from(loop.runTime, (time, i) => ({ time, turn: loop.runTurn[i], task: loop.runTask[i] })),
      iterations: Array.from(loop.iterationTurn, (turn, i) => ({
        turn,
        iteration: loop.iterationNumber[i],
      })),
    },
  };
}

/** The same of `lifelines`, without the words, which are read from the events when they are wanted. */
function expected(trace: Trace) {
  const { tasks, threads, processes, loop } = lifelines(trace);
  const bare = ({ name, stretches, work, end }: Omit<(typeof tasks)[number], 'task'>) => ({
    name,
    stretches: stretches.map(({ doing, from, to, open }) => ({ doing, from, to, open })),
    work: work.map(({ from, to }) => ({ from, to })),
    end: end && { time: end.time, turn: end.turn, outcome: end.outcome },
  });
  return {
    tasks: tasks.map((life) => ({ id: life.task, ...bare(life) })),
    threads: threads.map((life) => ({
      id: life.thread,
      ...bare(life),
      process: life.process,
      host: life.host,
    })),
    processes,
    loop: { ...loop, iterations: loop.iterations.map(({ turn, iteration }) => ({ turn, iteration })) },
  };
}

function check(trace: Trace): void {
  const lives = livesOf(trace);
  expect(told(lives)).toEqual(expected(trace));
  // Every slice is begun by an event of its own life, at its own time; what is overdue is begun by its wait.
  const { slices: s } = lives;
  for (const life of lives.lives)
    for (let i = life.first; i < life.last; i++) {
      const event = trace.event(s.seq[i]!) as unknown as Record<string, number>;
      const doing = DOINGS[s.doing[i]!];
      if (doing !== 'overdue' && doing !== 'gil' && doing !== 'core' && doing !== 'running')
        expect(event.time).toBe(s.fromTime[i]);
      if (doing !== 'gil' && doing !== 'core') expect(event[life.kind]).toBe(life.id);
    }
}

describe('the lives of a trace in columns', () => {
  it.each(demoNames)('are those of the timeline in the terminal: %s', async (name) => {
    for (const { trace } of await demoTraces(name)) check(trace);
  });

  it('are so for threads, pools, scripts and machines', () => {
    for (const events of [
      chores(),
      pastimes(),
      hog(),
      beat(),
      kitchen(),
      machines(),
      pool(),
      rivals(),
      script(),
      stretch(),
    ])
      check(Trace.of(events));
    check(threadsTrace(5, 6));
    check(largeTrace(2_000, 12));
  });

  it('are so for random programs', () => {
    fc.assert(
      fc.property(tasksAtRandom, (tasks) => {
        check(simulate(programOf(tasks)).trace);
      }),
      { numRuns: 150 },
    );
  });

  it('are so for logs of which no program is the source', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const trace = Trace.of(events);
        expect(told(livesOf(trace))).toEqual(expected(trace));
      }),
      { numRuns: 300 },
    );
  });

  it('are nothing for an empty trace', () => {
    expect(livesOf(Trace.of([])).lives).toEqual([]);
  });
});
