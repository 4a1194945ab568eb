import { describe, expect, it } from 'vitest';
import { highlight } from '../../src/page/highlight.ts';
import { addressOf, momentOf } from '../../src/page/moment.ts';
import {
  activate,
  beginPlayback,
  endOf,
  goTo,
  goToCause,
  goToTime,
  lastUpTo,
  latestRun,
  type Playback,
  pressKey,
  tick,
  typed,
} from '../../src/page/playback.ts';
import { Telling } from '../../src/page/telling.ts';
import { Steppable } from '../../src/stepper/index.ts';
import { Trace } from '../../src/trace/trace.ts';
import { log } from '../trace/log.ts';

/** A run that prints at these times. */
const prints = (...times: number[]) =>
  new Steppable(
    Trace.of(log(...times.map((at) => ({ kind: 'print', task: 0, text: `at ${at}`, at }) as const))),
  );

/** Events at 0, 1, 4 and at 0, 2, 2, 7. */
const two = () => beginPlayback([prints(0, 1, 4), prints(0, 2, 2, 7)]);
const pressed = (from: Playback, ...keys: string[]) => keys.reduce(pressKey, from);
const at = ({ active, seqs, clock }: Playback) => [active, ...seqs, clock];

describe('a playback of several runs', () => {
  it('has the others follow the clock of the active one', () => {
    expect(at(two())).toEqual([0, 0, 0, null]);
    expect(at(pressed(two(), 'right'))).toEqual([0, 1, 1, 0]);
    expect(at(pressed(two(), 'right', 'right'))).toEqual([0, 2, 1, 1]);
    expect(at(pressed(two(), 'right', 'right', 'right'))).toEqual([0, 3, 3, 4]);
    expect(at(pressed(two(), 'right', 'right', 'left'))).toEqual([0, 1, 1, 0]);
    expect(at(pressed(two(), 'right', 'left'))).toEqual([0, 0, 0, null]);
  });

  it('goes on in the others where the active one is over, and comes back the same way', () => {
    const over = pressed(two(), 'right', 'right', 'right');
    const on = pressed(over, 'right');
    expect(at(on)).toEqual([0, 3, 4, 7]);
    expect(latestRun(on)).toBe(1);
    expect(latestRun(over)).toBe(0);
    expect(at(pressed(on, 'right'))).toEqual([0, 3, 4, 7]);
    expect(at(pressed(on, 'left'))).toEqual(at(over));
    expect(at(pressed(two(), 'G'))).toEqual([0, 3, 4, 7]);
    expect(at(pressed(two(), 'G', 'g'))).toEqual([0, 0, 0, null]);
  });

  it('goes to a time in all of them: each stands at the last of its events that isn’t later', () => {
    expect(at(goToTime(two(), 3))).toEqual([0, 2, 3, 2]);
    expect(at(goToTime(two(), 4))).toEqual([0, 3, 3, 4]);
    expect(at(goToTime(two(), 99))).toEqual([0, 3, 4, 7]);
    expect(at(goToTime(beginPlayback([prints(5), prints(6)]), 4))).toEqual([0, 0, 0, null]);
    expect(endOf(two())).toBe(7);
  });

  it('comes back from a cause to where one went there', () => {
    const there = goToCause(pressed(two(), 'right', 'right', 'right'), 1);
    expect(at(there)).toEqual([0, 1, 1, 0]);
    expect(there.state.trail).toEqual([3]);
    expect(at(pressed(there, '>'))).toEqual([0, 3, 3, 4]);
  });

  it('plays to the end of all', () => {
    let playback = pressed(two(), 'p');
    const seen = [];
    while (playback.state.playing) {
      playback = tick(playback);
      seen.push(playback.clock);
    }
    expect(seen).toEqual([0, 1, 4, 7]);
    expect(tick(playback)).toBe(playback);
    expect(pressed(playback, 'p').state.playing).toBe(false);
  });

  it('shows another run at the same time, and keeps how it was looked at', () => {
    const there = pressed(two(), 'right', 'right', 'P', '+', 'z');
    expect(at(there)).toEqual([1, 2, 1, 1]);
    expect([there.state.seq, there.state.critical, there.state.speed]).toEqual([1, true, 16]);
    expect(activate(there, 1)).toBe(there);
    expect(activate(there, 5)).toBe(there);
    expect(at(pressed(there, 'z'))).toEqual([0, 2, 1, 1]);
    expect(pressed(beginPlayback([prints(0)]), 'z').state.message).toBe('there is one run on this page');
  });

  it('goes to a moment, or the nearest there is', () => {
    expect(at(goTo(two(), 1, 3))).toEqual([1, 2, 3, 2]);
    expect(at(goTo(two(), 7, 99))).toEqual([1, 3, 4, 7]);
    expect(at(goTo(two(), -1, Number.NaN))).toEqual([0, 0, 0, null]);
    expect(() => beginPlayback([])).toThrow(RangeError);
  });

  it('takes a text that was typed', () => {
    const asked = pressed(two(), '/');
    expect(asked.state.typing?.what).toBe('search');
    const found = typed(asked, 'at 4');
    expect([found.state.typing, ...at(found)]).toEqual([null, 0, 3, 3, 4]);
    expect(typed(found, 'x')).toBe(found);
  });

  it('knows the last event up to a time', () => {
    const { trace } = prints(0, 2, 2, 7);
    expect([-1, 0, 1, 2, 6, 7, 9].map((time) => lastUpTo(trace, time))).toEqual([0, 1, 1, 3, 3, 4, 4]);
    expect([0, 2, 7].map((time) => lastUpTo(trace, time, true))).toEqual([0, 1, 3]);
  });
});

describe('a link to a moment', () => {
  it('names an event, and a run where there are several', () => {
    for (const moment of [
      { run: 0, seq: 0 },
      { run: 2, seq: 12 },
    ])
      expect(momentOf(addressOf(moment, 3))).toEqual(moment);
    const later = { run: 1, seq: 3, time: 1.5 };
    expect(momentOf(addressOf(later, 2))).toEqual(later);
    expect(addressOf({ run: 0, seq: 12 }, 1)).toBe('#seq=12');
    for (const hash of ['', '#', '#seq=x', '#seq=-1&run=0', '#seq=1.5'])
      expect(momentOf(hash)).toEqual({ run: 0, seq: 0 });
  });
});

describe('a story that is told bit by bit', () => {
  it('is there at once as far as it is short, and has a word for what isn’t there yet', () => {
    const long = prints(...Array.from({ length: 9000 }, (_, i) => i));
    const telling = new Telling(long);
    expect(telling.sentence(3000)).toBe(long.sentence(3000));
    expect(telling.sentence(3400)).toContain('at 3399');
    expect(telling.sentence(9000)).toBeNull();
    telling.stop();
  });
});

describe('a source in colours', () => {
  it('loses no letter', () => {
    const lines = [
      'const a = `x \\` y`; // why',
      '/* one',
      ' two */ let b = "q\\"" + 0.5;',
      '',
      '\tyield* f(/re/);',
    ];
    expect(highlight(lines).map((parts) => parts.map(({ text }) => text).join(''))).toEqual(lines);
    expect(highlight(lines)[0]!.map(({ is }) => is)).toEqual([
      'keyword',
      'plain',
      'string',
      'plain',
      'comment',
    ]);
    expect(highlight(lines)[2]![0]).toEqual({ text: ' two */', is: 'comment' });
  });
});
