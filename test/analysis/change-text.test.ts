import { describe, expect, it } from 'vitest';
import { changeOfText } from '../../src/analysis/change-text.ts';
import {
  busy,
  type Coroutine,
  compute,
  createTask,
  network,
  Recorder,
  run,
  sleep,
  toThread,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

const recorder = new Recorder();
run(
  function* (): Coroutine<void> {
    const rice = createTask(
      (function* (): Coroutine<void> {
        yield* sleep(5);
        compute(3, 'stir well');
      })(),
      { name: 'rice 2' },
    );
    yield* network().request({ label: '/index' });
    yield* toThread(function* () {
      yield* busy(2);
    });
    yield* rice;
  },
  { trace: recorder, name: 'main' },
);
const trace = recorder.toTrace();

describe('a change that is typed', () => {
  it.each([
    ['main 20 min', { task: 'main', set: 1_200_000 }],
    ['rice 2 20', { task: 'rice 2', set: 20 }],
    ['rice 2 sleep = 2 min 30 s', { task: 'rice 2', what: 'sleep', set: 150_000 }],
    ['rice 2 x0.5', { task: 'rice 2', scale: 0.5 }],
    ['rice 2 compute × 3', { task: 'rice 2', what: 'compute', scale: 3 }],
    ['stir well +5 ms', { label: 'stir well', add: 5 }],
    ['network -1.5', { device: 'network', add: -1.5 }],
    ['/index 7', { label: '/index', set: 7 }],
    ['asyncio-0 busy 9 s', { thread: 'asyncio-0', what: 'busy', set: 9000 }],
  ])('names what the run has: %s', (text, change) => {
    expect(changeOfText(text, trace)).toEqual(change);
  });

  it.each([
    ['', 'a change is a name and what becomes of its times, as rice 20 min, rice x0.5, rice +5 min; got ""'],
    [
      'main',
      'a change is a name and what becomes of its times, as rice 20 min, rice x0.5, rice +5 min; got "main"',
    ],
    ['main 5 parsecs', 'a time is 5, 5 ms, 20 min, 2 min 30 s or the like; got "5 parsecs"'],
    ['main x5 ms', 'x stands before a number, as x0.5; got "5 ms"'],
    [
      'soup 5',
      'nothing in this run is called "soup"; there is main, rice 2, MainThread, asyncio-0, network, /index, stir well',
    ],
  ])('that makes no sense is refused: %j', (text, message) => {
    expect(messageOf(() => changeOfText(text, trace))).toBe(`ValueError: ${message}`);
  });
});
