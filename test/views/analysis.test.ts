/** The critical path, latency and causes as text: literal pictures, and what holds at any width for any name. */

import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  compute,
  createTask,
  criticalPathTable,
  Device,
  gather,
  latencyTable,
  minutes,
  Recorder,
  run,
  sleep,
  type Trace,
  timeline,
  timelines,
  whyText,
} from '../../src/index.ts';
import { cellWidth } from '../../src/views/cells.ts';
import { rivals } from './thread-programs.ts';

function traced(program: () => Coroutine<unknown>): Trace {
  const recorder = new Recorder();
  run(program, { trace: recorder, name: 'main', print: () => {} });
  return recorder.toTrace();
}

function* nap(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

/** A beat, a report that holds it up, and a device with one channel. */
function office(names = { beat: 'beat', report: 'report', label: 'sum up', file: 'a.txt' }): Trace {
  return traced(function* () {
    const disk = new Device({ name: 'disk', latency: 10, channels: 1 });
    const read = function* (): Coroutine<void> {
      yield* disk.request({ label: names.file });
    };
    const report = function* (): Coroutine<void> {
      yield* gather(createTask(read(), { name: 'r1' }), createTask(read(), { name: 'r2' }));
      compute(30, names.label);
    };
    const beat = function* (): Coroutine<void> {
      for (let n = 0; n < 3; n++) yield* sleep(15);
    };
    yield* gather(createTask(beat(), { name: names.beat }), createTask(report(), { name: names.report }));
  });
}

const chores = traced(function* () {
  yield* gather(
    createTask(nap(minutes(40)), { name: 'rice' }),
    createTask(nap(minutes(30)), { name: 'laundry' }),
  );
});

const lines = (text: string): string[] => text.split('\n');

describe('the table of the critical path', () => {
  it('has a row for each stretch, and whose time it was', () => {
    expect(lines(criticalPathTable(office()))).toEqual([
      'critical path, 65 ms: 4 stretches',
      '',
      ' from     to   time  part  who     what',
      '    0  10 ms  10 ms  15 %  r1      request disk a.txt; r2 queues meanwhile',
      '10 ms  20 ms  10 ms  15 %  r2      request disk a.txt',
      '20 ms  50 ms  30 ms  46 %  report  computes sum up; beat is overdue meanwhile',
      '50 ms  65 ms  15 ms  23 %  beat    sleeps',
      '',
      'of this, report: 30 ms (46 %), beat: 15 ms (23 %), r1: 10 ms (15 %), r2: 10 ms',
      '(15 %)',
    ]);
  });

  it('takes the room that there is', () => {
    expect(lines(criticalPathTable(rivals(), { width: 160 })).slice(7)).toEqual([
      '20 ms  22 ms  2 ms   8 %  a    computes count; b lacks the GIL meanwhile',
      '22 ms  24 ms  2 ms   8 %  b    computes count; MainThread lacks the GIL meanwhile',
      '',
      'of this, a: 22 ms (92 %), b: 2 ms (8 %)',
    ]);
    expect(lines(criticalPathTable(office(), { width: 44 })).slice(2, 6)).toEqual([
      ' from   time  who     what',
      '    0  10 ms  r1      request disk a.txt; r2',
      '                      queues meanwhile',
      '10 ms  10 ms  r2      request disk a.txt',
    ]);
  });

  it('tells of threads who had the GIL', () => {
    expect(lines(criticalPathTable(rivals()))).toEqual([
      'critical path, 24 ms: 6 stretches',
      '',
      ' from     to  time  part  who  what',
      '    0   5 ms  5 ms  21 %  a    computes count',
      ' 5 ms  10 ms  5 ms  21 %  a    waits for the GIL, held by b',
      '10 ms  15 ms  5 ms  21 %  a    computes count',
      '15 ms  20 ms  5 ms  21 %  a    waits for the GIL, held by b',
      '20 ms  22 ms  2 ms   8 %  a    computes count; b lacks the GIL meanwhile',
      '22 ms  24 ms  2 ms   8 %  b    computes count; MainThread lacks the GIL',
      '                               meanwhile',
      '',
      'of this, a: 22 ms (92 %), b: 2 ms (8 %)',
    ]);
  });

  it('folds what is too long, and says so where no time passes', () => {
    expect(lines(criticalPathTable(office(), { maxRows: 2 }))[5]).toBe('… 2 more');
    expect(criticalPathTable(traced(() => nap(0)))).toBe('no time passes: there is no critical path');
  });
});

describe('the table of latency', () => {
  it('says who was late, by how much, because of whom, and what each did in all', () => {
    expect(lines(latencyTable(office()))).toEqual([
      'late     by  how      because of',
      'beat  20 ms  overdue  report: sum up',
      '',
      'culprit  in all  late because of it',
      'report    20 ms  beat',
    ]);
  });

  it('counts how often', () => {
    expect(lines(latencyTable(rivals()))).toEqual([
      'late           by  times  how     because of',
      'b           12 ms      3  no GIL  a: count',
      'a           10 ms      2  no GIL  b: count',
      'MainThread   2 ms      1  no GIL  b: count',
      '',
      'culprit  in all  late because of it',
      'a         12 ms  b',
      'b         12 ms  a, MainThread',
    ]);
  });

  it('says so where nobody was', () => {
    expect(latencyTable(chores)).toBe('nobody was late');
  });
});

describe('the text of why', () => {
  it('has one line for each cause, the newest first', () => {
    expect(lines(whyText(chores, { task: 'rice', time: minutes(40) }))).toEqual([
      '40 min  #38    rice runs again: its sleep is over',
      '40 min  #35  ← rice joins the ready queue: its sleep is over',
      '40 min  #34  ← the timer of rice runs',
      '40 min  #32  ← the timer of rice is due',
      '     0  #13  ← the timer of rice is set to 40 min',
      '     0  #12  ← rice starts',
      '     0   #7  ← rice joins the ready queue, to start',
      '     0   #5  ← main starts',
      '     0   #2  ← main joins the ready queue, to start',
      '               nothing caused this',
    ]);
  });

  it('wraps under the sentence', () => {
    expect(lines(whyText(office(), { task: 'beat', time: 50 }, { width: 44 })).slice(0, 8)).toEqual([
      '50 ms  #86    beat runs again: its sleep is',
      '              over, 20 ms late: the loop was',
      '              busy',
      '50 ms  #83  ← beat joins the ready queue:',
      '              its sleep is over, 20 ms late:',
      '              the loop was busy',
      '50 ms  #82  ← the timer of beat runs',
      '50 ms  #78  ← the timer of beat is due,',
    ]);
  });
});

describe('the timeline with its critical path', () => {
  it('has it under the axis, with whose time it was, and changes of hands', () => {
    expect(lines(timeline(office(), { critical: true, width: 72 }))).toEqual([
      '          0               20 ms              40 ms                 65 ms',
      '          ├─────────────────┴──────────────────┴──────────────────┴────┤',
      'critical  ┣╍ r1 ╍╍╍╋╍ r2 ╍╍╍╋╍ report ╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╋╍ beat ╍╍╍╍╍╍╍┫',
      'main      ●─ gather beat, report ──────────────────────────────────────✓',
      'beat      ●─────────────●─────────────▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒●──────────────✓',
      'report    ●─ gather r1, r2 ──█ sum up ██████████████████✓',
      'r1        ●────────✓',
      'r2        ●─ request ───────✓',
      'loop      ●········●····●···●━━━━━━━━━━━━━━━━━━━━━━━━━━━━··············●',
      '',
      '╍ critical path   ● step   █ running   ▒ overdue: the loop is busy',
      '─ waiting   ✓ done   ━ loop busy   · loop idle',
    ]);
  });

  it('has one for each of several traces, and for traces that can be read only once', () => {
    function* once() {
      yield* chores;
    }
    const text = timelines(
      [
        { title: 'a', trace: once() },
        { title: 'b', trace: office() },
      ],
      { critical: true },
    );
    expect(lines(text).filter((line) => line.includes('critical  ')).length).toBe(2);
    expect(timeline(once(), { critical: true })).toBe(timeline(chores, { critical: true }));
  });

  it('has none among turns, where no time passes, and unless it is asked for', () => {
    expect(timeline(chores, { critical: true, axis: 'turns' })).not.toContain('critical');
    expect(
      timeline(
        traced(() => nap(0)),
        { critical: true },
      ),
    ).not.toContain('critical');
    expect(timeline(chores)).not.toContain('critical');
  });
});

describe('each of them', () => {
  const HOSTILE = [
    '\x1b[31mred\x1b[0m',
    'two\nlines',
    '洗濯物を干す係',
    '👨‍👩‍👧 family',
    'a\u202eb',
    'x'.repeat(200),
  ];
  const views: [string, (trace: Trace, options: { width: number; color?: boolean }) => string][] = [
    ['critical path', criticalPathTable],
    ['latency', latencyTable],
    ['why', (trace, options) => whyText(trace, trace.length, options)],
    ['timeline', (trace, options) => timeline(trace, { ...options, critical: true })],
  ];

  it.each(views)(
    'the %s is never wider than asked for, whatever the names, and obeys none of them',
    (_, draw) => {
      for (const name of HOSTILE) {
        const trace = office({ beat: name, report: `${name} 2`, label: name, file: name });
        for (const width of [20, 40, 80, 160]) {
          const text = draw(trace, { width });
          for (const line of lines(text)) expect(cellWidth(line), line).toBeLessThanOrEqual(width);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
          expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
        }
      }
    },
  );

  it.each(views)('the %s says the same with colours and without', (_, draw) => {
    const colored = draw(office(), { width: 80, color: true });
    expect(colored).toContain('\x1b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes are taken out
    expect(colored.replace(/\x1b\[[\d;]*m/g, '')).toBe(draw(office(), { width: 80 }));
  });
});
