import { describe, expect, it } from 'vitest';
import {
  blocked,
  busy,
  type Coroutine,
  compare,
  copies,
  coroutines,
  sleep,
  threads,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

const refusal = (workload: unknown) => messageOf(() => compare(workload as never, [coroutines()]));

function* cook(): Coroutine<void> {
  yield* busy(1);
}

describe('a workload', () => {
  it('needs work', () => {
    expect(refusal({})).toBe(
      'ValueError: the workload is empty: name at least one activity, as in { rice: [blocked(minutes(40))] }',
    );
    expect(refusal([])).toBe(refusal({}));
    expect(compare({ rice: [] }, [coroutines()])[0]!.summary.makespan).toBe(0); // but an activity may be over at once
  });

  it('needs names, each of them once', () => {
    expect(
      refusal([
        ['rice', [busy(1)]],
        ['rice', [busy(2)]],
      ]),
    ).toBe(
      'ValueError: two activities are called rice: each needs a name of its own, by which its row is known',
    );
    const needed =
      "TypeError: a workload is made of activities with names, { rice: [blocked(minutes(40))] } or pairs ['rice', […]], got";
    expect(refusal([busy(1)])).toBe(`${needed} busy(1)`);
    expect(refusal(busy(1))).toBe(`${needed} busy(1)`);
    expect(refusal(null)).toBe(`${needed} null`);
    expect(refusal(cook())).toBe(`${needed} a generator`);
  });

  it('needs activities, and says what was probably meant', () => {
    const of = (activity: unknown) =>
      refusal({ rice: activity }).replace(/^TypeError: the activity rice /, '');
    expect(of(busy(5))).toBe(
      'is a list of segments or a function*, got busy(5): put it into a list, [busy(5)]',
    );
    expect(of(cook())).toBe(
      'is a list of segments or a function*, got a generator: give the function and not what it returns, since each model starts it anew',
    );
    expect(of(40)).toBe('is a list of segments or a function*, got 40');
    const wrong = (segment: unknown) => of([blocked(1), segment]);
    const where = 'in place 2, where busy(), blocked() or request() belongs';
    expect(wrong(sleep(5))).toBe(
      `has sleep(5) ${where}: sleep() is a coroutine of the event loop alone, write blocked(5)`,
    );
    expect(wrong(undefined)).toBe(
      `has undefined ${where}: compute() and blockingSleep() are plain calls, write busy(ms) or blocked(ms)`,
    );
    expect(wrong(5)).toBe(`has 5 ${where}: write busy(5) or blocked(5)`);
    expect(wrong(cook)).toBe(
      `has function cook ${where}: an activity with logic is one function*, in the place of the list`,
    );
    expect(wrong(cook())).toBe(
      `has a generator ${where}: a coroutine can run only once, and a workload runs often`,
    );
  });

  it('needs functions that are generators', () => {
    const of = (activity: unknown) => refusal({ rice: activity });
    expect(of(() => 5)).toBe(
      'TypeError: the activity rice is a function that returned 5, and no coroutine: write function*, or a list of segments',
    );
    expect(of(async () => {})).toMatch(
      /^TypeError: the activity rice is a function that returned a Promise, .*promises/,
    );
    expect(compare({ rice: () => cook() }, [coroutines()])[0]!.summary.busy).toBe(1);
  });
});

it('that sleeps as a coroutine does is told why it can’t in a thread', () => {
  const work = {
    *rice(): Coroutine<void> {
      yield* sleep(5);
    },
  };
  const [inLoop, inThread] = compare(work, [coroutines(), threads()]);
  expect(inLoop!.error).toBe(null);
  expect(String(inThread!.error)).toBe(
    'RuntimeError: there is no task to wait in the thread rice: what coroutines await belongs to a loop. A thread has blocked(ms) for sleep(ms), ThreadLock and the like for locks, and request(device) ' +
      '(in a thread there is none: an activity says busy(ms), blocked(ms) and request(device), which mean the same under every model)',
  );
});

describe('copies', () => {
  it('are many of the same, by number', () => {
    expect(copies(2, [busy(1)], 'fetch').map(([name]) => name)).toEqual(['fetch-1', 'fetch-2']);
  });

  it('are at least one', () => {
    expect(messageOf(() => copies(0, [busy(1)]))).toBe(
      'ValueError: copies() takes a whole number of tasks, 1 or more, got 0: no work has nothing to compare',
    );
  });
});
