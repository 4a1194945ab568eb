/**
 * What `explore` promises, held against programs: each mistake is found within the runs that it makes by default, by every
 * schedule, by chance and by priorities, from each of three seeds; and nothing is found in a twin.
 *
 * The seeds are the same in each run, so that what is tested is what was changed. Others: CATALOGUE_SEED=7 npx vitest run
 * test/catalogue, and `npm run catalogue` takes new ones each time.
 */

import { exhaustive, explore, preemptionBounded, replay } from 'loopscope/explore';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { type Measured, measure, seedsOf } from './measure.ts';
import { heading, kindLine, median, row, summary, WIDTH } from './table.ts';
import { threads } from './threads.ts';

const seed = Number(process.env.CATALOGUE_SEED ?? 2026);
const measured: Measured[] = [];

describe(`a mistake is found, and its twin is not blamed, from the seeds ${seedsOf(seed).join(', ')}`, () => {
  it.each(CATALOGUE.map((entry) => [entry.kind, entry.name, entry] as const))('%s: %s', (_, _name, entry) => {
    const one = measure(entry, seedsOf(seed));
    measured.push(one);
    expect(one.complaints).toEqual([]);
  });

  it('though in nearly all of them the faithful run passes', () => {
    expect(measured.length).toBe(CATALOGUE.length);
    expect(measured.filter(({ passesFaithfully }) => passesFaithfully).length).toBeGreaterThanOrEqual(90);
    expect(measured.filter((one) => (one.exhaustive ?? 0) > 1).length).toBeGreaterThanOrEqual(90);
  });

  it('and nine of ten also where no more than two things are held up', () => {
    const found = measured.filter(({ delayed }) => delayed !== null).length;
    expect(found).toBeGreaterThanOrEqual(0.9 * CATALOGUE.length);
  });

  it('and all twins but a few are run in every schedule, of ranges with their ends', () => {
    const open = measured.filter(({ twin }) => !twin.isComplete).map(({ entry }) => entry.name);
    expect(open.length).toBeLessThanOrEqual(6);
  });
});

describe('an entry', () => {
  it('has a name of its own, and says in plain sentences what is wrong and what its twin does', () => {
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
    for (const { about } of CATALOGUE) expect(about).toMatch(/^[A-Z].* The twin.*\.$/);
  });

  it('that is known says where, with the thread and what was wrong there', () => {
    const known = CATALOGUE.filter(({ source }) => source !== undefined);
    expect(known.length).toBeGreaterThanOrEqual(12);
    for (const { source } of known) {
      expect(source!.url).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(issues|pull)\/\d+$/);
      expect(source!.wrong).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('is adversarial only where it has to be: by asyncio’s rules nothing fails in it', () => {
    const permuted = CATALOGUE.filter(({ mode }) => mode === 'adversarial');
    expect(permuted.length).toBeGreaterThanOrEqual(2);
    for (const { buggy } of permuted)
      expect(explore(buggy, { strategy: exhaustive() })).toMatchObject({ isComplete: true, failures: [] });
  });

  it('fails again by the schedule that was found, and passes by the nearest that passes', () => {
    for (const { name, buggy, expects, mode, explore: options = {} } of CATALOGUE) {
      const [failure] = explore(buggy, { ...options, adversarial: mode === 'adversarial' }).failures;
      const { bounds } = options;
      const how = bounds === undefined ? {} : { bounds };
      expect(String(replay(buggy, failure!.schedule, how).failure?.error), name).toMatch(expects);
      expect(failure!.passing, name).not.toBeNull();
      expect(replay(buggy, failure!.passing!.schedule, how).failure, name).toBeNull();
    }
  });

  it('of threads needs one interruption, and none shows it', () => {
    for (const { name, buggy } of threads) {
      expect(explore(buggy, { strategy: preemptionBounded(0) }).failures, name).toEqual([]);
      expect(explore(buggy, { strategy: preemptionBounded(1) }).failures.length, name).toBe(1);
    }
  });
});

describe('the table', () => {
  it('has a line for each entry, none of them wider than it should be', () => {
    const lines = [...heading(), kindLine('lost wake-up', 13), ...measured.map(row)];
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
    for (const line of lines) expect(line).not.toContain('…');
    expect(summary(measured).join('\n')).toContain(
      `of ${CATALOGUE.length}: ${CATALOGUE.length} by exhaustive`,
    );
  });

  it('says missed where half of the seeds have missed it', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([null, 1, 2])).toBe(2);
    expect(median([null, 1, null])).toBeNull();
  });
});
