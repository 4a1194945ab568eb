/** The stepper: what each key does to the cursor, and that a frame shows the state there, and nothing else. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busy, type Coroutine, createTask, Recorder, run, sleep, stateAt, Thread } from '../../src/index.ts';
import { BEGINNING, frame, play, press, Steppable, type StepperState } from '../../src/stepper/index.ts';
import { kitchen } from './kitchen.ts';

const keys = (on: Steppable, typed: readonly string[], from: StepperState = BEGINNING) =>
  typed.reduce((state, key) => press(on, state, key), from);

describe('keys', () => {
  const on = new Steppable(kitchen());
  const { length } = on.trace;
  const kindAt = (state: StepperState) => on.trace.event(state.seq).kind;

  it('step on and back, and stop at both ends', () => {
    expect(keys(on, ['right', 'l', ' ']).seq).toBe(3);
    expect(keys(on, ['right', 'l', 'left', 'h', 'h']).seq).toBe(0);
    expect(keys(on, ['G']).seq).toBe(length);
    expect(keys(on, ['G', 'right']).seq).toBe(length);
    expect(keys(on, ['G', 'g']).seq).toBe(0);
  });

  it('go to iterations, to jumps of the clock, and back to them', () => {
    const second = keys(on, ['n', 'n']);
    expect([kindAt(second), on.trace.event(second.seq).iteration]).toEqual(['iteration', 2]);
    expect(keys(on, ['n', 'n', 'n', 'N']).seq).toBe(second.seq);
    const jump = keys(on, ['j']);
    expect([kindAt(jump), on.trace.event(jump.seq).time]).toEqual(['clock:jump', 40]);
    expect(kindAt(keys(on, ['j', 'j']))).toBe('compute');
    expect(keys(on, ['j', 'j', 'J']).seq).toBe(jump.seq);
    expect(keys(on, ['J']).message).toBe('there is no jump of the clock before this event');
  });

  it('go to the steps of a task, once one is chosen', () => {
    const chosen = keys(on, ['G', 'tab', 'tab', 'tab', 'g']);
    expect(chosen.task).toBe(3);
    const step = press(on, chosen, 's');
    expect(on.trace.event(step.seq)).toMatchObject({ kind: 'task:step', task: 3 });
    expect(keys(on, ['G', 'tab', 'tab', 'tab', 'tab']).task).toBe(0);
  });

  it('search the story, and repeat the search', () => {
    const found = keys(on, ['/', ...'SERVED', 'enter']);
    expect(on.sentence(found.seq)).toContain('served');
    const next = press(on, found, 'r');
    expect(next.seq).toBeGreaterThan(found.seq);
    expect(press(on, next, 'R').seq).toBe(found.seq);
    expect(keys(on, ['/', ...'pizza', 'enter']).message).toBe('there is no “pizza” after this event');
    expect(keys(on, ['/', 'x', 'backspace', 'y', 'escape']).typing).toBeNull();
    expect(keys(on, ['r']).message).toBe('nothing was searched for yet: / begins a search');
  });

  it('set breakpoints, and go to them, on and back', () => {
    const kind = keys(on, ['b', ...'task:done', 'enter']);
    expect(kindAt(kind)).toBe('task:done');
    const next = press(on, kind, 'c');
    expect(kindAt(next)).toBe('task:done');
    expect(press(on, next, 'C').seq).toBe(kind.seq);
    const time = keys(on, ['b', ...'45', 'enter']);
    expect(on.trace.event(time.seq).time).toBe(45);
    expect(on.trace.event(time.seq - 1).time).toBeLessThan(45);
    expect(on.sentence(keys(on, ['b', ...'soup waits', 'enter']).seq)).toContain('soup waits');
    expect(on.trace.event(keys(on, ['b', ...'rice', 'enter']).seq)).toMatchObject({
      kind: 'task:step',
      task: 2,
    });
    expect(kindAt(keys(on, ['b', ...':24', 'enter']))).toBe('source:at');
    expect(keys(on, ['c']).message).toBe('there is no breakpoint: b sets one');
  });

  it('set several, of which the nearest stops; the same again takes one away, B all', () => {
    const two = keys(on, ['b', ...'rice', 'enter', 'b', ...'45', 'enter', 'g']);
    const messages: string[] = [];
    for (let state = two, i = 0; i < 4; i++) {
      state = press(on, state, 'c');
      messages.push(state.message);
    }
    expect(messages).toEqual([
      'stopped at rice',
      'stopped at rice',
      'stopped at 45 ms',
      'there is no stop after this event',
    ]);
    const one = keys(on, ['b', ...'rice', 'enter'], two);
    expect(one.breakpoints).toEqual([{ by: 'time', time: 45 }]);
    expect(one.message).toBe('no longer stops at rice');
    expect(press(on, two, 'B').message).toBe('no breakpoint any more; there was rice, 45 ms');
    expect(keys(on, ['B', 'c'], two).message).toBe('there is no breakpoint: b sets one');
  });

  it('say at once of a breakpoint that it stops nowhere, or only before', () => {
    const pizza = keys(on, ['right', 'b', ...'pizza', 'enter']);
    expect([pizza.seq, pizza.breakpoints, pizza.message]).toEqual([
      1,
      [],
      'no sentence of the story has “pizza”',
    ]);
    const before = keys(on, ['G', 'b', ...'rice', 'enter']);
    expect([before.seq, before.message]).toEqual([length, 'rice is only up to here: C goes back to it']);
    expect(on.trace.event(press(on, before, 'C').seq)).toMatchObject({ kind: 'task:step', task: 2 });
  });

  it('play up to a breakpoint or the end, faster or slower, until any step', () => {
    let state = keys(on, ['b', ...'20', 'enter', 'g', 'p', '+']);
    expect([state.playing, state.speed]).toEqual([true, 16]);
    while (state.playing) state = play(on, state);
    expect(on.trace.event(state.seq).time).toBe(40); // the first moment that is not before 20
    expect(state.message).toBe('stopped at 20 ms');
    state = press(on, { ...state, breakpoints: [] }, 'p');
    while (state.playing) state = play(on, state);
    expect(state.seq).toBe(length);
    expect(keys(on, ['p', 'right']).playing).toBe(false);
    expect(press(on, state, 'p').playing).toBe(false);
  });

  it('quit', () => {
    expect(keys(on, ['q']).quit).toBe(true);
    expect(keys(on, ['ctrl-c']).quit).toBe(true);
    expect(keys(on, ['?', 'q']).quit).toBe(true);
    expect(keys(on, ['/', 'q']).quit).toBe(false);
  });

  it('that mean nothing change nothing', () => {
    expect(press(on, BEGINNING, 'é')).toBe(BEGINNING);
  });
});

describe('why', () => {
  it('is the chain of causes, back to where nothing made it happen', () => {
    const on = new Steppable(kitchen());
    const served = keys(on, ['/', ...'served', 'enter']);
    expect(on.causes(served.seq)[0]).toContain('rice runs again');
    expect(on.causes(served.seq).at(-1)).toBe('main joins the ready queue, to start');
    expect(on.causes(0)).toEqual([]);
  });
});

const KEYS_AT_RANDOM = [
  'right',
  'left',
  'n',
  'N',
  'j',
  'J',
  's',
  'S',
  'tab',
  'r',
  'c',
  'C',
  'g',
  'G',
  'p',
  '+',
  '-',
  'w',
  '?',
  'escape',
  '/',
  'b',
  'B',
  'a',
  'enter',
  'backspace',
  'up',
];

describe('whatever is pressed', () => {
  it('the cursor is at an event of the trace, and its state is that of the fold from the start', () => {
    const on = new Steppable(kitchen());
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...KEYS_AT_RANDOM), { maxLength: 1000, size: 'max' }),
        (pressed) => {
          const { seq } = keys(on, pressed);
          expect(on.stateAt(seq)).toEqual(stateAt(on.trace, seq));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('a frame has exactly the rows of its screen, and no line is wider', () => {
    const on = new Steppable(kitchen(), { 'kitchen.ts': 'a\nb\n' });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...KEYS_AT_RANDOM), { maxLength: 60 }),
        fc.integer({ min: 1, max: 220 }),
        fc.integer({ min: 1, max: 70 }),
        (pressed, columns, rows) => {
          const lines = frame(on, keys(on, pressed), { columns, rows }).split('\n');
          expect(lines.length).toBe(rows);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('colour changes no letter', () => {
    const on = new Steppable(kitchen());
    const state = keys(on, ['j', 'j', 'w']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is taken out
    const plain = frame(on, state, { columns: 100, rows: 40, color: true }).replace(/\x1b\[[0-9;]*m/g, '');
    expect(plain).toBe(frame(on, state, { columns: 100, rows: 40 }));
  });

  it('names that would repaint the screen are shown as text', () => {
    const recorder = new Recorder();
    run(
      function* (): Coroutine<void> {
        yield* createTask(sleep(5), { name: '\x1b[2Jevil\n👩‍🍳</svg><script>' });
        yield* new Thread(
          function* () {
            yield* busy(1);
          },
          { name: '\x1b]0;title\x07' },
        )
          .start()
          .join();
      },
      { trace: recorder },
    );
    const on = new Steppable(recorder.toTrace({ title: '\x1b[31mred' }));
    for (let seq = 0; seq <= on.trace.length; seq++) {
      const shown = frame(on, { ...BEGINNING, seq }, { columns: 120, rows: 40 });
      expect([...shown].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
    }
  });
});
