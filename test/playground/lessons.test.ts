/** The tour is true: each lesson's program, what it tells to watch, what it asks to change, and what it asks. */

import { describe, expect, it } from 'vitest';
import type { Values } from '../../src/playground/engine/protocol.ts';
import { LESSONS } from '../../src/playground/lessons/index.ts';
import { type Seen, see } from '../../src/playground/lessons/lesson.ts';
import { findings } from '../../src/trace/findings.ts';
import { CHANGED } from './changed.ts';
import { runInNode } from './run-in-node.ts';

const seen = (program: string, values: Values = {}): Seen => {
  const run = see(runInNode(program, values));
  if (run === null) throw new Error('there is nothing to see');
  return run;
};
const ask = async (program: string, values?: Values) => seen(program, values);

/** For each lesson: what it prints, what sliders the reader moves, and the answer to its question. */
const KNOWN: Record<string, { prints: string[]; end: number; moved?: Values; answer: string | number }> = {
  coroutine: {
    prints: ['who is thirsty?', 'the kettle is on', 'here is your tea'],
    end: 180_000,
    answer: 'never',
  },
  'ready-queue': {
    prints: ['ann: lap 1', 'bob: lap 1', 'cat: lap 1', 'ann: lap 2', 'bob: lap 2', 'cat: lap 2'],
    end: 0,
    answer: 'bob: lap 2',
  },
  clock: {
    prints: ['the laundry: done', 'the dishes: done', 'the rice: done'],
    end: 2_400_000,
    moved: { rice: 30 },
    answer: 3,
  },
  overlap: {
    prints: ['all done after 100 ms'],
    end: 100,
    moved: { tasks: 10, computing: 0 },
    answer: 300,
  },
  blocking: {
    prints: ['the rows are here', 'beat, 40 ms late', ...Array<string>(4).fill('beat')],
    end: 90,
    answer: 'no, some are late',
  },
  gil: {
    prints: ['both are done after 40 ms'],
    end: 40,
    answer: 60,
  },
  cancellation: {
    prints: ['part 1', 'part 2', 'the connection is closed', 'cancelled, and over at 25 ms'],
    end: 25,
    moved: { patience: 60 },
    answer: 45,
  },
  race: {
    prints: ['80 taken, 20 left', '70 taken, 30 left'],
    end: 10,
    answer: 20,
  },
};

it('the tour has six to eight lessons, each with a name of its own', () => {
  expect(LESSONS.map(({ id }) => id)).toEqual(Object.keys(KNOWN));
});

it('the lesson on the GIL is right that a longer interval moves the changes and not the end', () => {
  const { program } = LESSONS.find(({ id }) => id === 'gil')!;
  for (let interval = 1; interval <= 20; interval++)
    expect(seen(program, { interval }).end, `${interval}`).toBe(40);
});

it('the lesson on a race has its balance in the trace: who saw what, and that it was old', () => {
  const { program } = LESSONS.find(({ id }) => id === 'race')!;
  const [part] = runInNode(program).parts;
  const accesses = [...part!.trace].flatMap((event) =>
    event.kind === 'cell:read' || event.kind === 'cell:write' ? [[event.time, event.kind, event.detail]] : [],
  );
  expect(accesses.slice(0, 3)).toEqual([
    [0, 'cell:read', '100'],
    [0, 'cell:read', '100'],
    [10, 'cell:write', '20'],
  ]);
  expect(findings(part!.trace).map(({ text }) => text)).toEqual([
    expect.stringContaining('bob read balance'),
  ]);
  expect(findings(runInNode(CHANGED.race!(program)).parts[0]!.trace)).toEqual([]);
});

it('the first lesson says what a time is', () => {
  expect(LESSONS[0]!.text.join(' ')).toContain('Times are milliseconds: `sleep(1)` waits for 1 ms');
});

describe.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('lesson %s', (id, lesson) => {
  const known = KNOWN[id]!;

  it('has a program that does what its text says', () => {
    const run = seen(lesson.program);
    expect(run.isWell).toBe(true);
    expect(run.output).toEqual(known.prints);
    expect(run.end).toBe(known.end);
  });

  it('notices its change, and only that', () => {
    expect(lesson.change.isDone(seen(lesson.program))).toBe(false);
    expect(lesson.change.isDone(seen(CHANGED[id]!(lesson.program), known.moved))).toBe(true);
  });

  it('asks a question whose answer the loop gives', async () => {
    const { options, answer } = lesson.question;
    const found = await answer(ask);
    expect(found).toBe(known.answer);
    if (options) expect(options).toContain(found);
    else expect(Number.isFinite(found)).toBe(true);
  });

  it('is short', () => {
    expect(lesson.program.split('\n').length).toBeLessThanOrEqual(32);
    expect(lesson.text.length).toBeLessThanOrEqual(2);
    expect(lesson.watch.length).toBeLessThanOrEqual(3);
    for (const text of [
      ...lesson.text,
      ...lesson.watch,
      lesson.change.text,
      lesson.question.text,
      lesson.question.why,
    ]) {
      expect(text.length, text).toBeLessThanOrEqual(290);
    }
  });
});
