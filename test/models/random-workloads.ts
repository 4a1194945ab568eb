import fc from 'fast-check';
import { blocked, busy, type Costs, Device, request, type Segment, type Workload } from '../../src/index.ts';

/** An activity as data: what it does for how long, in whole ms. */
type Step = readonly ['busy' | 'native' | 'blocked' | 'disk' | 'net', number];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('busy', 'busy', 'native', 'blocked', 'disk', 'net'),
  fc.integer({ min: 0, max: 25 }),
);

export const activities: fc.Arbitrary<Step[][]> = fc.array(fc.array(step, { maxLength: 5 }), {
  minLength: 1,
  maxLength: 6,
});

/** The workload that it stands for; `disk` is one channel, `net` any number. */
export function workloadOf(steps: readonly (readonly Step[])[]): Workload {
  const disk = new Device({ name: 'disk', channels: 1 });
  const net = new Device({ name: 'net' });
  const segment = ([kind, ms]: Step): Segment => {
    if (kind === 'busy') return busy(ms);
    if (kind === 'native') return busy(ms, 'C', { native: true });
    if (kind === 'blocked') return blocked(ms);
    return request(kind === 'disk' ? disk : net, { latency: ms });
  };
  return Object.fromEntries(steps.map((own, i) => [`a${i}`, own.map(segment)]));
}

const sum = (steps: readonly Step[]): number => steps.reduce((ms, [, own]) => ms + own, 0);

/** CPU time of all activities. */
export function workIn(steps: readonly (readonly Step[])[]): number {
  return sum(steps.flat().filter(([kind]) => kind === 'busy' || kind === 'native'));
}

/** How long the longest activity takes when it is alone. */
export function longestOf(steps: readonly (readonly Step[])[]): number {
  return Math.max(...steps.map(sum));
}

const cost = fc.integer({ min: 0, max: 3 });

export const costs: fc.Arbitrary<Costs> = fc.record({
  threadSwitch: cost,
  processSwitch: cost,
  coroutineSwitch: cost,
  threadCreate: cost,
  processCreate: cost,
  coroutineCreate: cost,
  handOver: cost,
  jobManage: cost,
  jobSubmit: cost,
  threadMemory: fc.constant(100),
  processMemory: fc.constant(1000),
  coroutineMemory: fc.constant(1),
});

export const machines = fc.record({
  cores: fc.integer({ min: 1, max: 4 }),
  switchInterval: fc.integer({ min: 1, max: 10 }),
  timeSlice: fc.integer({ min: 1, max: 10 }),
});
