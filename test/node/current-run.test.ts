import { expect, it } from 'vitest';
import { GivenUpError } from '../../src/explore/attempt.ts';
import { formatSchedule, parseSchedule } from '../../src/explore/index.ts';
import { CurrentRun, Gate } from '../../src/node/current-run.ts';

it('is read by others while it goes on: its answers, whether anything happens, and the runs before it', () => {
  const written = new CurrentRun();
  const read = new CurrentRun(written.memory);
  expect(read.isRunning).toBe(false);
  expect(written.ran(7)).toBe(true);
  expect(written.ran(2 ** 53 - 1)).toBe(true);
  written.run = 3;
  written.begins(5);
  const { beats } = read;
  written.steps();
  expect(read.beats).toBeGreaterThan(beats);
  written.answered({ what: 'timer', candidates: 3, picked: 2 });
  written.answered({ what: 'latency', drawn: 12.5, isLeast: true });
  written.answered({ what: 'fault', drawn: null });
  expect(read).toMatchObject({ isRunning: true, run: 3 });
  expect(read.schedule(false)!.decisions[1]).toEqual({ what: 'latency', drawn: 12.5, isLeast: true });
  expect(formatSchedule(read.schedule(true)!)).toBe('seed=5 adversarial timer=2/3 latency=12.5 fault ...');
  expect([...read.takeUntold()]).toEqual([7, 2 ** 53 - 1]);
  expect([...written.takeUntold()]).toEqual([]);
  written.ends();
  written.begins(6);
  expect(formatSchedule(read.schedule(false)!)).toBe('seed=6 ...');
});

it('says so where there are more answers, or runs, than it keeps', () => {
  const run = new CurrentRun(undefined, 2);
  run.begins(0);
  const pick = { what: 'timer', candidates: 2, picked: 1 };
  run.answered(pick);
  run.answered(pick);
  expect(run.schedule(false)!.decisions).toEqual([pick, pick]);
  run.answered(pick);
  expect(run.schedule(false)).toBeNull();
  let runs = 1;
  while (run.ran(runs)) runs++;
  expect(run.takeUntold().length).toBe(runs);
});

it('knows every word that can be asked', () => {
  const run = new CurrentRun();
  run.begins(0);
  for (const what of ['timer', 'completion', 'ready', 'thread', 'preempt'])
    run.answered({ what, candidates: 2, picked: 1 });
  for (const what of ['latency', 'fault', 'number']) run.answered({ what, drawn: 1 });
  expect(run.schedule(false)!.decisions.length).toBe(8);
});

it('goes no further where it is known that there is no end, by this seed', () => {
  const run = new CurrentRun();
  const gate = new Gate(run, ['seed=1 timer=1/3 latency ...', 'seed=2 ...'].map(parseSchedule));
  const timer = { what: 'timer', candidates: 3, picked: 1 };
  const latency = { what: 'latency', drawn: null, isLeast: false };
  gate.begins(1);
  gate.answered(timer);
  expect(() => gate.answered(latency)).toThrow(GivenUpError);
  gate.begins(1);
  gate.answered({ ...timer, picked: 0 });
  gate.answered(latency);
  gate.begins(3);
  gate.answered(timer);
  gate.answered(latency);
  gate.ends();
  expect(() => gate.begins(2)).toThrow(GivenUpError);
});
