import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  gather,
  Lock,
  print,
  Queue,
  Semaphore,
  sleep,
} from '../../../src/index.ts';
import { matchers, simulate } from '../../../src/testing/index.ts';
import { failure, text } from '../messages.ts';
import { chores } from '../programs.ts';

expect.extend(matchers);

/** Three that are in a room one after another, or two at a time: 10 ms each, and ann twice. */
function room(make: () => Lock | Semaphore) {
  return simulate(function* (): Coroutine<void> {
    const door = make();
    function* guest(name: string, rounds: number): Coroutine<void> {
      for (let round = 0; round < rounds; round++) {
        yield* door.acquire();
        print(`${name} enters`);
        yield* sleep(10);
        print(`${name} leaves`);
        door.release();
      }
    }
    const guests = ['ann', 'bob', 'cat'].map((name) =>
      createTask(guest(name, name === 'ann' ? 2 : 1), { name }),
    );
    yield* gather(guests);
  });
}

const ONE = room(() => new Lock('door'));
const TWO = room(() => new Semaphore(2, 'door'));
const ALL = ['ann', 'bob', 'cat'];
const LINES = { from: /enters$/, to: /leaves$/ };

describe('toExclude', () => {
  it('holds if never two are inside: while they hold something, or between two lines', () => {
    expect(ONE).toExclude(ALL, { holding: 'door' });
    expect(ONE).toExclude(ALL, LINES);
    expect(TWO).not.toExclude(ALL, { holding: 'door' });
    expect(TWO).not.toExclude(ALL, LINES);
    expect(TWO).not.toExclude(['ann', 'bob'], { from: /^\w+ enters/, to: /leaves/ });
  });

  it('goes by what comes first, where no time passes', () => {
    const rooms = (isLeft: boolean) =>
      simulate(function* (): Coroutine<void> {
        function* guest(): Coroutine<void> {
          print('in');
          if (isLeft) print('out');
          yield* sleep(0);
          if (!isLeft) print('out');
        }
        yield* gather(createTask(guest(), { name: 'ann' }), createTask(guest(), { name: 'bob' }));
      });
    expect(rooms(true)).toExclude(['ann', 'bob'], { from: 'in', to: 'out' });
    expect(rooms(false)).not.toExclude(['ann', 'bob'], { from: 'in', to: 'out' });
  });

  it('ends a stay with the task, and holds for those who come only after that', () => {
    const run = simulate(function* (): Coroutine<void> {
      function* guest(): Coroutine<void> {
        print('in');
        yield* sleep(5);
      }
      yield* createTask(guest(), { name: 'ann' });
      yield* createTask(guest(), { name: 'bob' });
    });
    expect(run).toExclude(['ann', 'bob'], { from: 'in', to: 'out' });
  });

  it('shows who was inside when, and who came in where somebody was', () => {
    expect(failure(() => expect(TWO).toExclude(ALL, { holding: 'door' }))).toBe(
      text(`
        expected ann, bob, cat never to be inside together (holding door), but bob came in at 0 ms, where ann was:
          ann  0 ms to 10 ms
          bob  0 ms to 10 ms
          cat  10 ms to 20 ms
          ann  10 ms to 20 ms

                0               5 ms             10 ms             15 ms           20 ms
                ├────────────────┴─────────────────┴─────────────────┴─────────────────┤
        Task-1  ●─ gather ann, bob, cat ───────────────────────────────────────────────✓
        ann     ●─ sleep 10 ms ────────────────────●─ sleep 10 ms ─────────────────────✓
        bob     ●─ sleep 10 ms ────────────────────✓
        cat     ●─ semaphore.acquire door ─────────●─ sleep 10 ms ─────────────────────✓
        loop    ●··································●···································●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
    expect(failure(() => expect(ONE).not.toExclude(['bob', 'cat'], LINES))).toBe(
      text(`
        expected two of bob, cat to be inside together (from /enters$/ to /leaves$/) at some time, but they never were:
          bob  10 ms to 20 ms
          cat  20 ms to 30 ms

                0              10 ms             20 ms             30 ms           40 ms
                ├────────────────┴─────────────────┴─────────────────┴─────────────────┤
        Task-1  ●─ gather ann, bob, cat ───────────────────────────────────────────────✓
        ann     ●─ sleep 10 ms ──●─ lock.acquire door ───────────────●─ sleep 10 ms ───✓
        bob     ●─ lock.acquire ─●─ sleep 10 ms ───✓
        cat     ●─ lock.acquire door ──────────────●─ sleep 10 ms ───✓
        loop    ●················●·················●·················●·················●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
  });

  it('refuses a place in which nobody was, and what is no place or no tasks', () => {
    expect(failure(() => expect(ONE).toExclude(ALL, { from: /enterz/, to: /leaves/ }))).toBe(
      'toExclude(): none of ann, bob, cat was ever inside (from /enterz/ to /leaves/), so that nothing is asserted',
    );
    expect(failure(() => expect(ONE).toExclude(ALL, { holding: 'dor' }))).toBe(
      'the trace has no resource "dor"; it has door',
    );
    expect(failure(() => expect(ONE).toExclude(['ann'], LINES))).toBe(
      'toExclude() takes a list of two or more different tasks, of which never two are inside: got ["ann"]',
    );
    expect(failure(() => expect(ONE).toExclude(ALL, { held: 'door' } as never))).toBe(
      'toExclude(tasks, inside) takes a place to be in, { holding: \'printer\' } or { from: /enters/, to: /leaves/ }: got {"held":"door"}',
    );
    const doors = simulate(function* (): Coroutine<void> {
      for (let i = 0; i < 2; i++) yield* new Lock('door').acquire();
    });
    expect(failure(() => expect(doors).toExclude([1, 1], LINES))).toContain('got [1, 1]');
  });
});

describe('toStarve', () => {
  /** A waiter who is woken for each item, and finds that somebody else has taken it. */
  const starving = simulate(function* (): Coroutine<void> {
    const items = new Queue<number>(0, 'items');
    const slow = createTask(items.get(), { name: 'slow' });
    yield* sleep(1);
    for (let item = 0; item < 3; item++) {
      items.putNowait(item); // wakes the waiter, who is on in the next iteration
      items.getNowait();
      yield* sleep(1);
    }
    items.putNowait(3);
    yield* slow;
  });

  it('holds if others take so often what it waits for, in one wait', () => {
    expect(starving).toStarve('slow', 3);
    expect(starving).not.toStarve('slow', 4);
    expect(ONE).toStarve('cat', 1);
    expect(ONE).not.toStarve('bob', 1);
    expect(CHORES).not.toStarve('rice', 1);
  });

  it('shows who took it how often', () => {
    expect(failure(() => expect(starving).not.toStarve('slow', 2))).toBe(
      text(`
        expected slow not to starve (others take what it waits for twice or more), but while it waited for queue.get items, from 0 ms to 4 ms, others took it 3 times:
          Task-1  3 times

                0               1 ms              2 ms              3 ms            4 ms
                ├────────────────┴─────────────────┴─────────────────┴─────────────────┤
        Task-1  ●─ sleep 1 ms ───●─ sleep 1 ms ────●─ sleep 1 ms ────●─ sleep 1 ms ────✓
        slow    ●─ queue.get ────●─ queue.get ─────●─ queue.get ─────●─ queue.get ─────✓
        loop    ●················●·················●·················●·················●

        ● step   ─ waiting   ✓ done   · loop idle
      `),
    );
    const head = (assertion: () => void) => failure(assertion).split('\n')[0];
    expect(head(() => expect(ONE).toStarve('bob', 3))).toBe(
      'expected bob to starve (others take what it waits for 3 times or more), but while it waited for lock.acquire door, from 0 ms to 10 ms, others took it never',
    );
    expect(head(() => expect(CHORES).toStarve('rice', 3))).toBe(
      'expected rice to starve (others take what it waits for 3 times or more), but it never waits for a lock, a semaphore or a queue',
    );
  });

  it('refuses what is no number of times', () => {
    expect(failure(() => expect(CHORES).not.toStarve('rice', 0))).toBe(
      'toStarve(task, times) takes how often others take what the task waits for, a whole number of 1 or more: got 0',
    );
  });
});

const CHORES = simulate(chores);
