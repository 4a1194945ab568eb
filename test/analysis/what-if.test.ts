import { describe, expect, it } from 'vitest';
import {
  blocked,
  blockingSleep,
  busy,
  type Change,
  type Coroutine,
  compute,
  createTask,
  Device,
  EventLoop,
  Recorder,
  request,
  run,
  runThreads,
  sleep,
  Thread,
  ValueError,
  whatIf,
  whatIfText,
} from '../../src/index.ts';
import { messageOf, thrownBy } from '../support/journal.ts';

function* nap(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

function* chores(): Coroutine<void> {
  const disk = new Device({ name: 'disk', latency: 8, channels: 1 });
  const rice = createTask(nap(40), { name: 'rice' });
  yield* disk.request({ label: 'recipe' });
  compute(10, 'homework');
  yield* rice;
  blockingSleep(2, 'sigh');
}

/** What was changed, and how: `sleep of rice 40 → 20`. */
function changed(program: () => unknown, changes: Change | readonly Change[]): string[] {
  return whatIf(program, changes).changed.map(({ duration, before, after }) => {
    const { kind, owner, label, device } = duration;
    return `${[kind, device && `at ${device}`, label, 'of', owner?.name ?? 'nobody'].filter(Boolean).join(' ')} ${before} → ${after}`;
  });
}

describe('what if', () => {
  it('runs the program as it is, and changed', () => {
    const { before, after, difference, changes } = whatIf(chores, {
      task: 'rice',
      what: 'sleep',
      scale: 0.5,
    });
    expect([before.end, after.end, difference]).toEqual([42, 22, -20]);
    expect([before.error, after.error]).toEqual([null, null]);
    expect(changes).toEqual(["{ task: 'rice', what: 'sleep', scale: 0.5 }"]);
  });

  it('changes sleeps, computations, blocking calls and requests, by set, scale and add', () => {
    expect(changed(chores, { what: 'sleep', set: 5 })).toEqual(['sleep of rice 40 → 5']);
    expect(changed(chores, { label: 'homework', scale: 2 })).toEqual(['compute homework of main 10 → 20']);
    expect(changed(chores, { what: 'block', add: -2 })).toEqual(['block sigh of main 2 → 0']);
    expect(changed(chores, { device: 'disk', add: 3 })).toEqual(['request at disk recipe of main 8 → 11']);
    expect(
      changed(chores, [
        { task: 'main', scale: 2 },
        { what: 'compute', add: 1 },
      ]),
    ).toEqual([
      'request at disk recipe of main 8 → 16',
      'compute homework of main 10 → 21',
      'block sigh of main 2 → 4',
    ]);
  });

  it('changes what threads do, and what a script does around its loops', () => {
    const threads = () => {
      runThreads(function* () {
        const disk = new Device({ name: 'disk', latency: 3 });
        const cook = new Thread(
          function* () {
            yield* busy(5, 'chop');
            yield* blocked(7, 'oven');
            yield* request(disk, { label: 'note' });
          },
          { name: 'cook' },
        ).start();
        yield* cook.join();
      });
    };
    expect(changed(threads, { thread: 'cook', scale: 2 })).toEqual([
      'busy chop of cook 5 → 10',
      'sleep oven of cook 7 → 14',
      'request at disk note of cook 3 → 6',
    ]);
    expect(whatIf(threads, { thread: 'cook', scale: 2 }).difference).toBe(15);
    const script = () => {
      compute(3, 'read');
      run(nap(4), { name: 'sleeper' });
      blockingSleep(5);
    };
    expect(changed(script, { add: 1 })).toEqual([
      'compute read of nobody 3 → 4',
      'sleep of sleeper 4 → 5',
      'block of nobody 5 → 6',
    ]);
    expect(whatIf(script, { add: 1 }).after.end).toBe(15);
  });

  it('says where the runs part, and that they don’t', () => {
    const { parting } = whatIf(chores, { task: 'rice', set: 20 });
    expect(parting).toMatchObject({
      before: { kind: 'timer:set', when: 40 },
      after: { kind: 'timer:set', when: 20 },
    });
    expect(parting!.seq).toBe(parting!.before!.seq);
    expect(whatIf(chores, { task: 'rice', set: 40 }).parting).toBe(null);
  });

  it('takes the same chance for both runs', () => {
    function* guess(): Coroutine<void> {
      const net = new Device({ name: 'net', latency: [20, 80] });
      yield* net.request();
      yield* sleep(10);
    }
    expect(whatIf(guess, { what: 'sleep', add: 5 }, { seed: 7 }).difference).toBeCloseTo(5);
  });

  it('keeps what the program throws', () => {
    function* fails(): Coroutine<void> {
      yield* sleep(3);
      throw new Error('burnt');
    }
    const { before, after } = whatIf(fails, { what: 'sleep', add: 1 });
    expect([String(before.error), String(after.error)]).toEqual(['Error: burnt', 'Error: burnt']);
    expect(after.end).toBe(4);
  });

  it('refuses what matches nothing, and says what there is', () => {
    expect(messageOf(() => whatIf(chores, { task: 'rise', scale: 0.5 }))).toBe(
      "ValueError: the change { task: 'rise', scale: 0.5 } matched nothing in the program; what takes time there: main: request at disk, compute, block; rice: sleep",
    );
    expect(messageOf(() => whatIf(() => {}, { add: 1 }))).toBe(
      'ValueError: the change { add: 1 } matched nothing in the program; what takes time there: nothing in it takes time',
    );
  });

  it('refuses what is no change, by its name', () => {
    const refusals: [Change, string][] = [
      [{ task: 'rice' }, "a change has one of set, scale and add, and { task: 'rice' } has none"],
      [{ set: 1, add: 2 }, 'a change has one of set, scale and add, and { set: 1, add: 2 } has 2'],
      [{ scale: Number.NaN }, 'scale is a finite number of 0 or more, got NaN in the change { scale: NaN }'],
      [{ set: -1 }, 'set is a finite number of 0 or more, got -1 in the change { set: -1 }'],
      [{ add: Infinity }, 'add is a finite number, got Infinity in the change { add: Infinity }'],
      [
        { task: 'rice', add: -50 },
        "the change { task: 'rice', add: -50 } makes 40 ms into -10 ms, for the sleep of rice: nothing takes less than no time",
      ],
      [
        { what: 'nap' as never, set: 1 },
        'what takes time is one of sleep, compute, block, request, busy, got "nap" in { what: \'nap\', set: 1 }',
      ],
    ];
    for (const [change, message] of refusals) {
      const error = thrownBy(() => whatIf(chores, change));
      expect([error.constructor, error.message]).toEqual([ValueError, message]);
    }
    expect(messageOf(() => whatIf(chores, []))).toBe(
      'ValueError: whatIf() takes a change, or several, and got none',
    );
  });

  it('refuses what can’t be run twice', () => {
    const { trace } = whatIf(chores, { add: 1 }).before;
    for (const wrong of [trace, new Recorder(), chores(), 7]) {
      const error = thrownBy(() => whatIf(wrong as never, { add: 1 }));
      expect(error).toBeInstanceOf(TypeError);
    }
    expect(messageOf(() => whatIf(trace as never, { add: 1 }))).toBe(
      'TypeError: whatIf() runs a program again, and a trace is only what one run of it left behind: give it the program itself, as a function',
    );
  });

  it('is drawn with both ends, both timelines, and where the runs part', () => {
    const text = whatIfText(whatIf(chores, { task: 'rice', what: 'sleep', set: 12 }), { width: 72 });
    expect(text.split('\n')).toEqual([
      "what if { task: 'rice', what: 'sleep', set: 12 }",
      'before 42 ms, after 20 ms: 22 ms sooner',
      '',
      '        0            10 ms          20 ms          30 ms           42 ms',
      '        ├──────────────┴──────────────┴──────────────┴──────────────┴──┤',
      'before  42 ms',
      '  main  ●─ request ─█ homework ████─ await task rice ───────────────███✓',
      '  rice  ●─ sleep 40 ms ─────────────────────────────────────────────✓',
      '  loop  ●···········━━━━━━━━━━━━━━━·································━━━●',
      '',
      'after  20 ms',
      '  main  ●─ request ─█ homework ███████✓',
      '  rice  ●─ sleep 12 ms ───▒▒▒▒▒▒▒▒▒✓',
      '  loop  ●···········━━━━━━━━━━━━━━━━━━●',
      '',
      '● step   █ running   ▒ overdue: the loop is busy   ─ waiting   ✓ done',
      '━ loop busy   · loop idle',
      '',
      'the runs part at event 14, at 0',
      '  before: the timer of rice is set to 40 ms',
      '  after:  the timer of rice is set to 12 ms',
    ]);
  });
});

describe('the adjust option of a loop', () => {
  it('is asked for what takes time, with whose it is and what it is called', () => {
    const asked: unknown[] = [];
    const loop = new EventLoop({
      adjust: (duration, ms) => {
        asked.push([duration, ms]);
        return ms * 2;
      },
    });
    loop.runUntilComplete(nap(10));
    expect(loop.time()).toBe(20);
    expect(asked).toEqual([
      [{ kind: 'sleep', owner: { kind: 'task', name: 'Task-1' }, label: '', device: '' }, 10],
    ]);
  });

  it('must give a time', () => {
    for (const wrong of [Number.NaN, -1, Infinity, 'long' as never]) {
      expect(messageOf(() => run(nap(10), { name: 'rice', adjust: () => wrong }))).toMatch(
        /^ValueError: adjust gives a number of ms, 0 or more, got .* for the sleep of rice$/,
      );
    }
  });

  it('isn’t asked for sleep(0), which takes no time', () => {
    const adjust = () => 5;
    const loop = new EventLoop({ adjust });
    loop.runUntilComplete(nap(0));
    expect(loop.time()).toBe(0);
  });
});
