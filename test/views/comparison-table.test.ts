import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import {
  allModels,
  blocked,
  busy,
  type ComparisonRow,
  compare,
  comparisonTable,
  copies,
  minutes,
  network,
  request,
} from '../../src/index.ts';

const row = (title: string, summary: Partial<ComparisonRow['summary']> = {}): ComparisonRow => ({
  title,
  speedUp: null,
  error: null,
  summary: {
    makespan: 0,
    busy: 0,
    cpuUse: 0,
    overhead: { total: 0 },
    switches: { voluntary: 0, forced: 0 },
    waiting: {},
    peak: { memory: 0 },
    ...summary,
  },
});

describe('the table of a comparison', () => {
  it('shows the chores by machines: what overlaps is the sleep', () => {
    const runs = compare({
      rice: [blocked(minutes(40))],
      washing: [blocked(minutes(30))],
      dishes: [blocked(minutes(30))],
    });
    expect(comparisonTable(runs)).toBe(
      [
        '                 time  faster  switches',
        'sequential    100 min      1×         3',
        'coroutines     40 min    2.5×         4',
        'threads        40 min    2.5×         4',
        'free threads   40 min    2.5×         4',
        'processes      40 min    2.5×         4',
        '',
        'waiting for     sleep    join',
        'sequential    100 min       -',
        'coroutines    100 min  40 min',
        'threads       100 min  40 min',
        'free threads  100 min  40 min',
        'processes     100 min  40 min',
      ].join('\n'),
    );
  });

  it('shows the chores attentively: what is fast is what may compute at the same time', () => {
    const work = { tv: [busy(minutes(30))], jogging: [busy(minutes(30))], games: [busy(minutes(40))] };
    expect(comparisonTable(compare(work, allModels(), { switchInterval: minutes(1) }))).toBe(
      [
        '                 time  faster   CPU     busy  switches  forced',
        'sequential    100 min      1×  25 %  100 min         -       -',
        'coroutines    100 min      1×  25 %  100 min         1       -',
        'threads       100 min      1×  25 %  100 min        93      91',
        'free threads   40 min    2.5×  63 %  100 min         2       -',
        'processes      40 min    2.5×  63 %  100 min         2       -',
        '',
        'waiting for   the GIL   ready     join',
        'sequential          -       -        -',
        'coroutines          -  90 min  100 min',
        'threads       181 min       -   99 min',
        'free threads        -       -   40 min',
        'processes           -       -   40 min',
      ].join('\n'),
    );
  });

  const costs = {
    threadCreate: 0.05,
    threadSwitch: 0.005,
    coroutineSwitch: 0.001,
    processCreate: 30,
    handOver: 0.5,
    threadMemory: 8e6,
    processMemory: 30e6,
    coroutineMemory: 3000,
  };

  it('has room for everything there is in 80 columns', () => {
    const net = network({ latency: 50 });
    const table = comparisonTable(compare(copies(20, [request(net), busy(3)]), allModels(), { costs }));
    expect(table).toBe(
      [
        '                 time  faster    CPU   busy      lost  switches  forced   memory',
        'sequential     1.06 s      1×  1.4 %  60 ms         -        20       -    30 MB',
        'coroutines     110 ms   9.63×   14 %  60 ms  0.083 ms        21       -  30.1 MB',
        'threads        110 ms   9.62×   14 %  60 ms   1.26 ms        21       -   190 MB',
        'free threads  65.1 ms   16.3×   23 %  60 ms   1.24 ms        21       -   190 MB',
        'processes      210 ms   5.05×  7.1 %  60 ms    620 ms       162     140   630 MB',
        '',
        'waiting for   the GIL  a core   ready  overdue  device     join',
        'sequential          -       -       -        -     1 s        -',
        'coroutines          -       -  460 ms   111 ms     1 s   110 ms',
        'threads        628 ms       -       -        -     1 s  53.1 ms',
        'free threads        -  132 ms       -        -     1 s  53.1 ms',
        'processes           -  2.39 s       -        -     1 s   200 ms',
      ].join('\n'),
    );
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('leaves out what has no room, the least telling first, and never a name', () => {
    const net = network({ latency: 50 });
    const runs = compare(copies(20, [request(net), busy(3)]), allModels(), { costs });
    const heads = (width: number) => comparisonTable(runs, { width }).split('\n')[0]!.trim().split(/ +/);
    expect(heads(64)).toEqual(['time', 'faster', 'CPU', 'lost', 'forced', 'memory']);
    expect(heads(48)).toEqual(['time', 'faster', 'CPU', 'lost']);
    expect(heads(20)).toEqual(['time']);
    for (const width of [1, 7, 20, 33, 60, 80, 160])
      for (const line of comparisonTable(runs, { width, color: true }).split('\n'))
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  it('says what went wrong below, and has a dash where nothing can be told', () => {
    const broken: ComparisonRow = {
      ...row('threads', { makespan: 20 }),
      error: new RangeError('too many\nof them'),
    };
    expect(comparisonTable([{ ...row('coroutines', { makespan: 10 }), speedUp: 2 }, broken])).toBe(
      [
        '             time  faster',
        'coroutines  10 ms      2×',
        'threads     20 ms       -',
        '',
        'threads: RangeError: too many',
      ].join('\n'),
    );
  });

  it('is the same in colour, and measures names in cells', () => {
    const rows = [row('洗濯\x1b[31m', { makespan: 1234.5678 }), row('tv', { cpuUse: 0.0123 })];
    expect(comparisonTable(rows)).toBe(
      ['             time    CPU', '洗濯␛[31m  1.23 s      -', 'tv              -  1.2 %'].join('\n'),
    );
    expect(stripVTControlCharacters(comparisonTable(rows, { color: true }))).toBe(comparisonTable(rows));
  });

  it('of nothing is empty', () => {
    expect(comparisonTable([])).toBe('');
    expect(comparisonTable([row('idle')])).toBe('');
  });
});
