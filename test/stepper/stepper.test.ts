/** The stepper: what each key does to the cursor, and that a frame shows the state there, and nothing else. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  busy,
  type Coroutine,
  createTask,
  Recorder,
  run,
  sleep,
  stateAt,
  Thread,
  type Trace,
} from '../../src/index.ts';
import { onPath } from '../../src/stepper/analysis.ts';
import {
  BEGINNING,
  frame,
  play,
  press,
  Steppable,
  type StepperState,
  settled,
} from '../../src/stepper/index.ts';
import { crowd, kitchen } from './kitchen.ts';

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

  it('stop once for each deed, not before it where only its line is told; a line that is asked for is stopped at', () => {
    const stops = (key: string, from: StepperState) => {
      const found: number[] = [];
      for (let state = press(on, from, key); found.at(-1) !== state.seq; state = press(on, state, key))
        found.push(state.seq);
      return found;
    };
    const deeds = [...on.trace].filter(({ kind }) => kind !== 'source:at').map(({ seq }) => seq);
    expect(deeds.length).toBeLessThan(length);
    expect(stops('right', BEGINNING)).toEqual(deeds);
    expect(stops('left', keys(on, ['G']))).toEqual([...deeds.slice(0, -1).reverse(), 0]);
    const played: number[] = [];
    for (let state = keys(on, ['p']); state.playing; played.push(state.seq)) state = play(on, state);
    expect(played).toEqual(deeds);
    const line = [...on.trace].find((event) => event.kind === 'source:at')!.line;
    let state = keys(on, ['b', ...`:${line}`, 'enter', 'g', 'p']);
    while (state.playing) state = play(on, state);
    expect([kindAt(state), kindAt(press(on, state, 'right'))]).toEqual(['source:at', 'task:create']);
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
    // The name of a file is in no deed: that somebody is at one of its lines is not searched.
    expect(keys(on, ['/', ...'kitchen.ts', 'enter']).message).toBe(
      'there is no “kitchen.ts” after this event',
    );
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
  const on = new Steppable(kitchen());
  const { length } = on.trace;
  const served = keys(on, ['/', ...'served', 'enter']);
  const screen = { columns: 80, rows: 24 };
  const causesIn = (state: StepperState) =>
    frame(on, state, screen)
      .split('\n')
      .flatMap((line) => /^ {2}◂ +\S+(?: ms)? +#(\d+) /.exec(line)?.[1] ?? [])
      .map(Number);

  it('is the chain of causes, back to where nothing made it happen', () => {
    const told = on.causes(served.seq).map((seq) => on.sentence(seq));
    expect(told[0]).toContain('rice runs again');
    expect(told.at(-1)).toBe('main joins the ready queue, to start');
    expect(on.causes(0)).toEqual([]);
    expect(frame(on, keys(on, ['right', 'w']), screen)).toContain('◂ nothing caused this');
  });

  it('is told of the nearest in full, or shows that it is cut', () => {
    const ends = { full: 0, cut: 0 };
    for (let seq = 1; seq <= length; seq++) {
      const lines = frame(on, { ...BEGINNING, seq }, { columns: 40, rows: 12 }).split('\n');
      const first = lines.findIndex((line) => line.startsWith('  ◂ '));
      if (first < 0 || on.cause(seq) === 0) continue;
      const told = lines
        .slice(first, -1)
        .map((line) => line.slice(4))
        .join(' ');
      if (told === on.sentence(on.cause(seq))) ends.full++;
      else if (told.endsWith(' …')) ends.cut++;
      else expect(told).toBe(on.sentence(on.cause(seq)));
    }
    expect(ends.full).toBeGreaterThan(0);
    expect(ends.cut).toBeGreaterThan(0);
  });

  it('is unfolded by w, and scrolled as far as there is something to see', () => {
    const chain = on.causes(served.seq);
    expect(causesIn(served)).toEqual([]);
    let state = press(on, served, 'w');
    const room = causesIn(state).length;
    expect(causesIn(state)).toEqual(chain.slice(0, room));
    expect(frame(on, state, screen)).toContain(`causes 1–${room} of ${chain.length}: ↑ ↓ ─`);
    state = settled(on, press(on, state, 'down'), screen);
    expect(causesIn(state)).toEqual(chain.slice(1, room + 1));
    for (let i = 0; i < 100; i++) state = settled(on, press(on, state, 'pagedown'), screen);
    expect(causesIn(state)).toEqual(chain.slice(-room));
    expect(state.scroll).toBe(chain.length - room);
    state = press(on, press(on, state, 'up'), 'pageup');
    expect(state.scroll).toBe(0);
    expect(causesIn(state)).toEqual(chain.slice(0, room));
    // Folded, there is nothing to scroll, as all rows have room.
    expect(settled(on, press(on, served, 'down'), screen)).toEqual(served);
  });

  it('leads to the cause by <, and back by >', () => {
    const chain = on.causes(served.seq);
    const twice = keys(on, ['<', '<'], served);
    expect(twice.seq).toBe(chain[1]);
    expect(keys(on, ['right', '>'], twice).seq).toBe(chain[0]);
    expect(keys(on, ['>', '>'], twice).seq).toBe(served.seq);
    expect(keys(on, ['>'], served).message).toBe('there is nothing to come back to: < goes to the cause');
    expect(keys(on, ['g', 'right', '<']).message).toBe('nothing caused this');
  });
});

describe('the critical path', () => {
  const screen = { columns: 80, rows: 24 };
  const told = (on: Steppable, state: StepperState) =>
    frame(on, state, screen)
      .split('\n')
      .find((line) => /^ {2}[◆◇]/.test(line));

  it('is lit up by P in the picture, and told of each moment', () => {
    const on = new Steppable(kitchen());
    const jump = keys(on, ['j', 'P']);
    expect(frame(on, jump, screen)).toMatch(/^critical {2}┣╍ rice ╍+╋╍ soup ╍+┫$/m);
    expect(told(on, jump)).toBe('  ◆ the critical path: rice sleeps, 0 → 40 ms');
    const rice = keys(on, ['b', ...'rice', 'enter', 'P']);
    expect(told(on, rice)).toBe('  ◆ on the critical path: rice sleeps, 0 → 40 ms');
    const soup = keys(on, ['b', ...'soup', 'enter', 'P']);
    expect(told(on, soup)).toBe('  ◇ not on the critical path; that is: rice sleeps, 0 → 40 ms');
    expect(told(on, press(on, soup, 'P'))).toBeUndefined();
  });

  it('at a moment in which it changes hands, is that of those whose events are next', () => {
    const on = new Steppable(kitchen());
    const texts = [...on.trace].map(({ seq }) => onPath(on.trace, seq).text.replace(/^.*: /, ''));
    const order = texts.filter((text, i) => text !== texts[i - 1]);
    expect(order).toEqual([
      'rice sleeps, 0 → 40 ms',
      'rice computes taste, 40 ms → 45 ms',
      'soup sleeps, 45 ms → 65 ms',
      'soup computes taste, 65 ms → 70 ms',
    ]);
  });

  it('of a run without time there is none', () => {
    const recorder = new Recorder();
    run(() => sleep(0), { trace: recorder });
    const on = new Steppable(recorder.toTrace());
    expect(told(on, keys(on, ['right', 'P']))).toBe('  ◆ no time passes: there is no critical path');
  });
});

describe('latency', { timeout: 30_000 }, () => {
  it('is shown by L in the place of everything else, and scrolled, until another key', () => {
    const on = new Steppable(crowd());
    const screen = { columns: 80, rows: 24 };
    const late = press(on, keys(on, ['right']), 'L');
    const lines = frame(on, late, screen).split('\n');
    expect(lines[1]).toMatch(/─ lines 1–21 of \d+: ↑ ↓ ─$/);
    expect(lines[2]).toBe('latency inflicted in the whole run: 1.225 s');
    expect(lines[4]).toBe('late    by  how    because of');
    expect(lines[5]).toMatch(/^t\d+ +1 ms {2}ready {2}t\d+: work$/);
    let state = late;
    for (let i = 0; i < 200; i++) state = settled(on, press(on, state, 'pagedown'), screen);
    expect(frame(on, state, screen).split('\n').at(-2)).toMatch(/^t\d+ /);
    expect(press(on, state, 'x')).toMatchObject({ panel: null, scroll: 0, seq: 1, quit: false });
    expect(press(on, state, 'q').quit).toBe(true);
  });

  it('says so where nobody was late, and where too many were', () => {
    const nobody = new Recorder();
    run(() => sleep(5), { trace: nobody });
    const shown = (trace: Trace) => {
      const on = new Steppable(trace);
      return frame(on, press(on, BEGINNING, 'L'), { columns: 80, rows: 24 });
    };
    expect(shown(nobody.toTrace())).toContain('nobody was late');
    expect(shown(crowd(1500))).toContain('more than 1000000 delays');
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
  'down',
  'pagedown',
  '<',
  '>',
  'P',
  'L',
  'x',
  'X',
  '2',
  'o',
  'y',
  't',
  'v',
];

describe('whatever is pressed', { timeout: 30_000 }, () => {
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
