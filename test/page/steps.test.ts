/** What the page shows after a step is what the log says: held against a fold of its own, after each of a thousand steps. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import cancellation from '../../demos/07-cancellation.ts';
import deadlock from '../../demos/08-deadlock.ts';
import lostUpdate from '../../demos/12-lost-update.ts';
import { type Demo, playDemo } from '../../src/node/demo.ts';
import { projectPath } from '../../src/node/load-program.ts';
import { pageOf } from '../../src/node/page.ts';
import { BEGINNING, press, Steppable, type StepperState } from '../../src/stepper/index.ts';
import { threadTimes } from '../../src/trace/machine-state.ts';
import { type LoopState, taskTimes } from '../../src/trace/state.ts';
import { stateAt } from '../../src/trace/state-folder.ts';
import { roughDuration } from '../../src/views/time.ts';
import { describeInBrowser } from '../chromium.ts';
import { expectQuiet, Reader } from './reader.ts';

/** What the page says, read from its elements. */
interface Shown {
  readonly seq: number;
  readonly sentence: string;
  readonly where: string;
  readonly places: { readonly [name: string]: readonly string[] };
  readonly output: readonly string[];
  readonly times: { readonly [key: string]: readonly string[] };
  readonly line: string;
}

/** The keys, pressed one after the other, and what was seen after each. */
function pressAll(keys: readonly string[]): Promise<Shown[]> {
  const all = (selector: string, within: ParentNode = document) => [
    ...within.querySelectorAll<HTMLElement>(selector),
  ];
  const read = (): Shown => ({
    seq: Number(document.querySelector<HTMLElement>('.player')!.dataset.seq),
    sentence: document.querySelector('.sentence')!.textContent ?? '',
    where: document.querySelector('.clock .where')!.textContent ?? '',
    places: Object.fromEntries(
      all('[data-place]').map((place) => [
        place.dataset.place!,
        all('[data-key]', place).map((chip) => chip.dataset.key!),
      ]),
    ),
    output: all('.output li .text').map((line) => line.textContent ?? ''),
    times: Object.fromEntries(
      all('[data-times]').map((row) => [
        row.dataset.times!,
        all('tr:first-child td', row).map((cell) => cell.textContent ?? ''),
      ]),
    ),
    line: document.querySelector<HTMLElement>('.source .here')?.dataset.line ?? '',
  });
  const run = async () => {
    const shown: Shown[] = [];
    for (const key of keys) {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await new Promise((done) => setTimeout(done)); // drawn in a microtask
      shown.push(read());
    }
    return shown;
  };
  return run();
}

/** What should be seen, reckoned from the state alone. */
function expected(now: LoopState, on: Steppable): Pick<Shown, 'places' | 'output' | 'times'> {
  const tasks = [...now.tasks.values()];
  const threads = [...now.threads.values()];
  const sleeps = (id: number) =>
    now.tasks.get(id)?.waiting?.on === 'timer' && now.tasks.get(id)?.droppedAt === null;
  // Of its timers the last one is its sleep; others are those of timeouts around it.
  const timed = new Map(
    [...now.timers].sort((a, b) => a.timer - b.timer).map(({ task, timer }) => [task, timer]),
  );
  for (const id of timed.keys()) if (!sleeps(id)) timed.delete(id);
  const entry = (one: { type: string; task?: number; handle?: number }) =>
    one.type === 'task' ? `task:${one.task}` : `handle:${one.handle}`;
  const thread = (is: (one: (typeof threads)[number]) => boolean) =>
    threads.filter(is).map(({ id }) => `thread:${id}`);
  const ofLoop = {
    running: now.stack.map(entry),
    ready: now.ready.map(entry),
    timers: now.timers.map(({ timer, task }) =>
      timed.get(task) === timer ? `task:${task}` : `timer:${timer}`,
    ),
    waiting: tasks
      .filter((one) => one.state === 'waiting' && one.droppedAt === null && !timed.has(one.id))
      .map(({ id }) => `task:${id}`),
    done: tasks.filter((one) => one.state === 'done' || one.droppedAt !== null).map(({ id }) => `task:${id}`),
  };
  const ofThreads = {
    cores: thread((one) => one.state === 'running'),
    lacking: thread((one) => one.state === 'ready'),
    threads: thread((one) => one.state === 'waiting' || one.state === 'new'),
    ended: thread((one) => one.state === 'done'),
  };
  const cell = (ms: number) => (ms === 0 ? '–' : roughDuration(ms));
  return {
    places: { ...(on.hasLoop && ofLoop), ...(on.hasThreads && ofThreads) },
    output: now.output.map(({ text }) => text),
    times: Object.fromEntries([
      ...tasks.map((task) => {
        const { busy, ready, waiting } = taskTimes(task, now.time);
        return [`task:${task.id}`, [busy, ready, waiting].map(cell)] as const;
      }),
      ...threads.map((one) => {
        const { busy, gil, core, waiting } = threadTimes(one, now.time);
        return [`thread:${one.id}`, [busy, gil + core, waiting].map(cell)] as const;
      }),
    ]),
  };
}

/** Chips of a group stand together: the order of groups is that of their first, which is no news. */
const sorted = ({ places, ...rest }: ReturnType<typeof expected>) => ({
  ...rest,
  places: Object.fromEntries(
    Object.entries(places).map(([name, keys]) => [
      name,
      ['waiting', 'threads', 'lacking'].includes(name) ? [...keys].sort() : keys,
    ]),
  ),
});

/** Keys by chance, but always the same. */
function randomKeys(count: number, seed: number): string[] {
  const keys = [
    'ArrowRight',
    'ArrowRight',
    'ArrowRight',
    'ArrowLeft',
    'ArrowLeft',
    'n',
    'N',
    'j',
    'J',
    's',
    'S',
  ];
  const rare = ['g', 'G'];
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () => (next(40) === 0 ? rare[next(2)]! : keys[next(keys.length)]!));
}

describeInBrowser('the state on the page', () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await Reader.start();
  }, 120_000);
  afterAll(() => reader?.stop());

  const cases: readonly (readonly [name: string, demo: Demo, part: number, steps: number])[] = [
    ['of tasks that are cancelled', cancellation as Demo, 0, 400],
    ['of a deadlock, with its locks', deadlock as Demo, 0, 300],
    ['of threads under the GIL', lostUpdate as Demo, 0, 300],
  ];
  it.each(cases)('is that of the log after each of many random steps: %s', async (_, demo, part, count) => {
    const played = playDemo(demo, { sites: projectPath })[part]!;
    const { trace } = played;
    const opened = await reader.open(reader.write(pageOf([{ ...played, title: '' }])));
    await opened.page.click('#tab-times');
    const keys = randomKeys(count, count + part);
    const shown = await opened.page.evaluate(pressAll, keys);

    const on = new Steppable(trace);
    let state: StepperState = BEGINNING;
    keys.forEach((key, i) => {
      state = press(on, state, { ArrowRight: 'right', ArrowLeft: 'left' }[key] ?? key);
      const now = stateAt(trace, state.seq);
      const { seq, sentence, where, places, output, times } = shown[i]!;
      const at = `after ${keys.slice(0, i + 1).join(' ')}`;
      expect(seq, at).toBe(state.seq);
      expect(sentence, at).toBe(seq === 0 ? 'Nothing has happened yet.' : on.sentence(seq));
      expect(where, at).toContain(`event ${seq} of ${trace.length}`);
      if (on.hasLoop) expect(where, at).toContain(`iteration ${now.iteration}`);
      expect(sorted({ places, output, times }), at).toEqual(sorted(expected(now, on)));
    });
    expect(new Set(shown.map(({ seq }) => seq)).size).toBeGreaterThan(trace.length / 3);
    expectQuiet(opened);
    await opened.close();
  });
});
