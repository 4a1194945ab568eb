import { describe, expect, it } from 'vitest';
import { replay } from '../../src/explore/index.ts';
import { type Coroutine, createTask, Device, gather, print, sleep } from '../../src/index.ts';
import { arrive, begin, frame, refuse, type Session, Steppable, steer } from '../../src/stepper/index.ts';
import { TraceLimitError } from '../../src/trace/recorder.ts';

function* nap(name: string): Coroutine<void> {
  yield* sleep(5);
  print(name);
}

function* three(): Coroutine<void> {
  yield* gather(['ann', 'bob', 'cat'].map((name) => createTask(nap(name), { name })));
}

function* asks(): Coroutine<void> {
  yield* new Device({ name: 'net', latency: [20, 80] }).request();
}

function* beats(): Coroutine<void> {
  for (;;) yield* sleep(10);
}

/** A session of a program that is at hand, as a terminal has it. */
function stepping(program: () => Coroutine<void>, maxEvents = 1000) {
  const made = (schedule: string, label: string, most: number) => {
    const { trace, error } = replay(program, schedule, { maxEvents: most });
    const isCut = error instanceof TraceLimitError;
    return new Steppable(trace, {}, { label, isCut, maxEvents: most, canRunAgain: true, command: 'step' });
  };
  let session: Session = begin(made('seed=0 ...', '', maxEvents));
  /** Presses keys, one after another, and makes the runs that are wished for. */
  const keys = (...pressed: string[]): Session => {
    for (const key of pressed) {
      session = steer(session, key);
      const { wish } = session.state;
      if (wish !== null) session = arrive(session, made(wish.schedule, wish.label, wish.maxEvents));
    }
    return session;
  };
  const type = (text: string) => keys(...text, 'enter');
  const screen = () => frame(session.on, session.state, { columns: 80, rows: 24 }).split('\n');
  return { keys, type, screen };
}

const outputOf = ({ on }: Session) =>
  [...on.trace].flatMap((event) => (event.kind === 'print' ? [event.text] : []));
const choiceIn = (lines: readonly string[]) => {
  const at = lines.findIndex((line) => line.startsWith('▶ '));
  return lines.slice(at, at + 2);
};

describe('where something was left open', () => {
  it('the candidates are shown, and which of them was picked', () => {
    const { keys, screen } = stepping(three);
    keys('x');
    expect(choiceIn(screen())).toEqual([
      '▶ 3 timers are due at once: ann first, and not bob or cat',
      '  1 ann ✓   2 bob   3 cat',
    ]);
    expect(keys('x').state.seq).toBeGreaterThan(keys('X').state.seq);
  });

  it('another one can be picked: the run begins anew, and is shown from where it parts from this one', () => {
    const { keys, screen } = stepping(three);
    const at = keys('x').state.seq;
    const chosen = keys('2');
    expect(outputOf(chosen)).toEqual(['bob', 'ann', 'cat']);
    expect([chosen.state.seq, chosen.parting]).toEqual([at, at]);
    expect(chosen.state.message).toBe('from here on they differ; z shows the other run, t both');
    const lines = screen();
    expect(choiceIn(lines)[0]).toBe('▶ 3 timers are due at once: bob first, and not ann or cat');
    expect(lines.find((line) => line.startsWith('─ bob at event'))).toMatch(/^─ bob at event \d+ ─+$/);
  });

  it('z goes to and fro between the two runs, at one place', () => {
    const { keys } = stepping(three);
    keys('x', '2', 'right', 'right');
    const here = keys();
    const there = keys('z');
    expect(outputOf(there)).toEqual(['ann', 'bob', 'cat']);
    expect(there.state.seq).toBe(here.state.seq);
    expect(outputOf(keys('z'))).toEqual(['bob', 'ann', 'cat']);
  });

  it('t shows both on one axis', () => {
    const { keys, screen } = stepping(three);
    keys('x', '2', 't');
    expect(
      screen()
        .slice(4, 9)
        .map((line) => line.slice(0, 12).trimEnd()),
    ).toEqual(['as it is  5', '  main  ●─ g', '  ann   ●─ s', '  bob   ●─ s', '  cat   ●─ s']);
    expect(screen().some((line) => /^bob at event \d+/.test(line))).toBe(true);
  });

  it('a candidate is picked by its name or its number as well', () => {
    const { keys, type } = stepping(three);
    keys('x', 'o');
    expect(outputOf(type('cat'))).toEqual(['cat', 'ann', 'bob']);
    keys('x', 'o'); // the next choice of that run: ann or bob
    expect(outputOf(type('2'))).toEqual(['cat', 'bob', 'ann']);
  });

  it('another number can be drawn', () => {
    const { keys, type, screen } = stepping(asks);
    keys('x');
    expect(choiceIn(screen())[1]).toBe('  1 the least, 20   2 the most, 80');
    keys('o');
    expect(type('33.5').on.trace.endTime).toBe(33.5);
    expect(keys('2').on.trace.endTime).toBe(80);
    expect(keys('1').on.trace.endTime).toBe(20);
  });

  it('what comes by chance fails or works as one likes', () => {
    const { keys, screen } = stepping(function* (): Coroutine<void> {
      const disk = new Device({ name: 'disk', latency: 5, failureRate: 0.1 });
      yield* gather([disk.request()], { returnExceptions: true });
    });
    keys('x');
    expect(choiceIn(screen())[1]).toBe('  1 it fails   2 it works ✓');
    expect(keys('3').state.message).toBe('there are only 2 keys here: o takes a number');
    const failed = keys('1');
    expect(choiceIn(screen())[1]).toBe('  1 it fails ✓   2 it works');
    expect([...failed.on.trace].some((event) => event.kind === 'request:complete' && event.failed)).toBe(
      true,
    );
    expect(failed.on.run.label).toBe(`fault: it fails at event ${failed.state.seq}`);
    expect(keys('2').on.run.label).toBe(`fault: it works at event ${failed.state.seq}`);
  });

  it('names are shown as text, whatever is in them', () => {
    const names = ['\x1b[31mred', 'two\nlines', '</svg><script>', '👨‍👩‍👧'];
    const { keys, type, screen } = stepping(function* (): Coroutine<void> {
      yield* gather(names.map((name) => createTask(nap(name), { name })));
    });
    keys('x');
    expect(screen()).toContain('  1 ␛[31mred ✓   2 two␤lines   3 </svg><script>   4 👨‍👩‍👧');
    keys('2', 't');
    expect(screen().join('')).not.toContain('\x1b');
    keys('escape', 'o');
    expect(type('</svg><script>').state.message).toMatch(/^from here on they differ/);
  });

  it.each([
    [['1'], '', 'there is nothing to choose between here: x goes on to where there is'],
    [['o'], '', 'nothing was left open here: x goes on to where something was'],
    [['x', '1'], '', 'so it was decided in this run'],
    [['x', '9'], '', 'there is no candidate in place 8: there are 3, from 0 to 2'],
    [['x', 'o'], 'dan', 'there is no candidate in place NaN: there are 3, from 0 to 2'],
    [['z'], '', 'there is no other run: choose otherwise where something was open'],
    [['G', 'x'], '', 'there is no place where something was left open after this event'],
  ])('what makes no sense is told, and nothing runs: %j %s', (pressed, typed, message) => {
    const { keys, type } = stepping(three);
    keys(...pressed);
    const { on, state } = typed === '' ? keys() : type(typed);
    expect([state.message, on.run.label]).toEqual([message, '']);
  });

  it('of a saved trace says that it takes the program', () => {
    const { on } = stepping(three).keys();
    const saved = begin(new Steppable(on.trace));
    const at = ['x', '2'].reduce(steer, saved);
    expect(at.state.message).toBe('this is a saved trace: to choose takes the program itself');
    expect(steer(saved, 'e').state.message).toBe('this is a saved trace: what if takes the program itself');
    expect(frame(at.on, at.state, { columns: 80, rows: 24 })).toContain(
      '1 ann ✓   2 bob   3 cat (in a saved trace nothing can be chosen)',
    );
  });
});

describe('a wish', () => {
  it('is carried out or given up before anything else', () => {
    const { keys } = stepping(three);
    const wishing = steer(steer(keys('x'), '2'), 'right');
    expect(wishing.state.wish).toEqual({
      schedule: 'seed=0 timer=1/3 ...',
      change: '',
      maxEvents: 1000,
      label: `bob at event ${wishing.state.seq}`,
      without: '',
      agreesUntil: wishing.state.seq - 1,
    });
    expect(steer(wishing, 'escape').state).toMatchObject({ wish: null, message: 'given up', quit: false });
    expect(steer(wishing, 'ctrl-c').state).toMatchObject({ wish: null, quit: true });
  });

  it('that begins from the start says that it has none of what was chosen', () => {
    const { keys } = stepping(three);
    keys('x', '2');
    const asking = ['e', ...'ann 7', 'enter'].reduce(steer, keys());
    expect(asking.state.wish).toMatchObject({ change: 'ann 7', without: 'what was chosen in the other run' });
    expect(keys('v').state.message).toBe(
      'from here on they differ; z shows the other run, t both; without what was chosen in the other run',
    );
  });

  it('that can not be is refused, and all is as it was', () => {
    const { keys } = stepping(three);
    const wishing = steer(keys('x'), '2');
    const refused = refuse(wishing, 'no such file');
    expect(refused.state).toMatchObject({ wish: null, message: 'no such file', seq: wishing.state.seq });
    expect(refused.on).toBe(wishing.on);
  });
});

describe('a program that is another one each time', () => {
  it('is told so, where its runs part before the choice', () => {
    let runs = 0;
    const { keys } = stepping(function* (): Coroutine<void> {
      runs++;
      yield* sleep(runs);
      yield* three();
    });
    expect(keys('x', '2').state.message).toBe(
      'they part before the choice: is there Math.random or Date.now in the program, or a file that changes?',
    );
  });
});

describe('a program that never ends', () => {
  it('has a bound that is told at its end, and goes on when asked', () => {
    const { keys, type, screen } = stepping(beats, 50);
    keys('G');
    expect(screen().at(-1)).toBe('this is not the end: → runs the program further');
    expect(screen()[0]).toMatch(/ event 50 of 50\+ · /);
    keys('g', 'b');
    expect(type('1 s').state.message).toBe(
      '1 s isn’t met as far as the program was run: G and → run it further',
    );
    keys('/');
    expect(type('soup').state.message).toBe(
      'there is no “soup” after this event as far as the program was run',
    );
    const further = keys('G', 'right');
    expect(further.on.trace.length).toBe(200);
    expect([further.state.seq, further.aside]).toEqual([50, null]);
    expect(further.state.message).toBe('it went on for 150 events, and still does');
    expect(keys('right').state.seq).toBe(51);
  });
});

describe('the adversarial mode', () => {
  it('is marked, lets the ready queue be permuted, and is left again', () => {
    const { keys, screen } = stepping(three);
    const adversarial = keys('v');
    expect(adversarial.on.trace.meta.policy).toBe('adversarial');
    keys('g', 'x');
    expect(screen().some((line) => /^─ adversarial ─+$/.test(line))).toBe(true);
    expect(choiceIn(screen())[1]).toBe('  1 ann ✓   2 bob   3 cat');
    const chosen = keys('3');
    expect(chosen.on.sentence(chosen.state.seq)).toBe(
      'the ready queue is permuted: cat is next, and not ann or bob',
    );
    expect(screen().some((line) => /^─ cat at event \d+ · adversarial ─+$/.test(line))).toBe(true);
    expect(keys('v').on.trace.meta.policy).toBe('faithful');
  });
});

describe('the schedule of a run', () => {
  it('is shown as a line that can be copied, cut by nothing but the edge of the screen', () => {
    const { keys, screen } = stepping(three);
    keys('x', '2', 'y');
    const lines = screen();
    expect(lines[2]).toBe('this run as a line');
    expect(lines[4]).toBe('seed=0 timer=1/3 timer/2');
    expect(outputOf(begin(new Steppable(replay(three, lines[4]!).trace)))).toEqual(['bob', 'ann', 'cat']);
  });
});
