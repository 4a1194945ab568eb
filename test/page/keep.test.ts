import { describe, expect, it } from 'vitest';
import { forgetPlace, keepPlace, newKeep, resumed } from '../../src/page/keep.ts';
import { beginPlayback, goTo, type Playback, pressKey } from '../../src/page/playback.ts';
import { Steppable } from '../../src/stepper/index.ts';
import { Trace } from '../../src/trace/trace.ts';
import { log } from '../trace/log.ts';

/** A run that prints at these times. */
const prints = (...times: number[]) =>
  new Steppable(
    Trace.of(log(...times.map((at) => ({ kind: 'print', task: 0, text: `at ${at}`, at }) as const))),
  );

const kept = (playback: Playback) => {
  const keep = newKeep();
  keepPlace(keep, playback);
  return keep;
};
const at = ({ active, seqs, clock }: Playback) => [active, ...seqs, clock];
const began = (...times: number[]) => beginPlayback([prints(...times)]);

describe('a place that is kept for other runs', () => {
  it('is the beginning, if the reader was there, and the end, if they were there', () => {
    expect(at(resumed(began(1, 2), kept(began(1, 2))))).toEqual([0, 0, null]);
    expect(at(resumed(began(1, 2, 3, 4), kept(goTo(began(1, 2), 0, 2))))).toEqual([0, 4, 4]);
    const two = () => beginPlayback([prints(0, 1), prints(0, 5)]);
    const longer = beginPlayback([prints(0, 3), prints(0, 9)]);
    expect(at(resumed(longer, kept(pressKey(two(), 'G'))))).toEqual([0, 2, 2, 9]);
  });

  it('is the same event as long as the runs agree, else the same time, else the end', () => {
    const third = kept(goTo(began(0, 4, 4, 4, 8), 0, 3));
    expect(at(resumed(began(0, 4, 4, 4, 20), third))).toEqual([0, 3, 4]);
    expect(at(resumed(began(0, 1, 2, 3, 4, 20), third))).toEqual([0, 5, 4]);
    expect(at(resumed(began(0, 3, 20), third))).toEqual([0, 2, 3]);
    expect(at(resumed(began(0, 3), third))).toEqual([0, 2, 3]);
  });

  it('is found again, when runs come that have nothing there, as long as the reader stays where they were put', () => {
    const keep = kept(goTo(began(0, 6, 8), 0, 2));
    const away = resumed(began(0, 7), keep);
    expect(at(away)).toEqual([0, 1, 0]);
    keepPlace(keep, away);
    expect(at(resumed(began(0, 6, 9), keep))).toEqual([0, 2, 6]);
    const moved = pressKey(resumed(began(0, 7, 8), keep), 'right');
    keepPlace(keep, moved);
    expect(at(resumed(began(0, 6, 7, 9), keep))).toEqual([0, 3, 7]);
  });

  it('goes with speed, path and breakpoints; a run that plays goes on playing', () => {
    const playing = pressKey(pressKey(pressKey(goTo(began(0, 4, 8), 0, 1), '+'), 'P'), 'p');
    const { state } = resumed(began(0, 4, 8), kept(playing));
    expect([state.speed, state.critical, state.playing]).toEqual([
      playing.state.speed,
      playing.state.critical,
      true,
    ]);
    expect(state.speed).not.toBe(began(0).state.speed);
  });

  it('is forgotten for another program, which begins at its beginning, at the same speed', () => {
    const keep = kept(pressKey(goTo(began(0, 4, 8), 0, 2), '+'));
    forgetPlace(keep);
    const anew = resumed(began(0, 4, 8), keep);
    expect(at(anew)).toEqual([0, 0, null]);
    expect(anew.state.speed).not.toBe(began(0).state.speed);
    expect(anew.state.playing).toBe(false);
  });
});
