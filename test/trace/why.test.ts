import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  Device,
  gather,
  Recorder,
  run,
  sleep,
  type Trace,
  why,
} from '../../src/index.ts';

function recorded(program: () => Coroutine<unknown>): Trace {
  const recorder = new Recorder();
  run(program, { trace: recorder, name: 'main' });
  return recorder.toTrace();
}

function* nap(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

const naps = recorded(function* () {
  yield* gather(createTask(nap(40), { name: 'rice' }), createTask(nap(30), { name: 'laundry' }));
});

describe('why', () => {
  it('gives the causes of the step that a task had taken by a time, newest first', () => {
    const hops = why(naps, { task: 'rice', time: 40 });
    expect(hops.map(({ event, after }) => `${event.time} ${event.kind} +${after}`)).toEqual([
      '40 task:step +0',
      '40 task:ready +0',
      '40 handle:run +0',
      '40 timer:due +40',
      '0 timer:set +0',
      '0 task:step +0',
      '0 task:ready +0',
      '0 task:step +0',
      '0 task:ready +0',
    ]);
    expect(why(naps, hops[0]!.event.seq)).toEqual(hops);
    expect(why(naps, { task: 'rice', time: 39 })[0]!.event.time).toBe(0);
  });

  it('goes from an answer to the channel of the device, and to the request that had it before', () => {
    const trace = recorded(function* () {
      const disk = new Device({ name: 'disk', latency: 10, channels: 1 });
      yield* gather(disk.request({ label: 'a' }), disk.request({ label: 'b' }));
    });
    const last = [...trace].findLast(({ kind }) => kind === 'request:deliver')!;
    expect(why(trace, last.seq).map(({ event }) => `${event.time} ${event.kind}`)).toEqual([
      '20 request:deliver',
      '20 request:complete',
      '10 request:start',
      '10 request:complete',
      '0 request:start',
      '0 request:new',
      '0 task:step',
      '0 task:ready',
    ]);
  });

  it('refuses what isn’t there, and says what is', () => {
    expect(() => why(naps, 9999)).toThrow(RangeError);
    expect(() => why(naps, { task: 'soup', time: 1 })).toThrow(
      'the trace has no task "soup"; it has 1 "main", 2 "rice", 3 "laundry"',
    );
    expect(() => why(naps, { task: 'rice', time: -1 })).toThrow(
      'the task "rice" had taken no step by -1 ms: its first one is at 0 ms',
    );
  });
});
