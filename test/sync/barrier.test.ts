import { describe, expect, it } from 'vitest';
import { Barrier, type Coroutine, createTask, gather, run, sleep } from '../../src/index.ts';
import { journal, messageOf } from '../support/journal.ts';

describe('a Barrier', () => {
  it('lets all go when the last one has come, who goes first; then it fills again', () => {
    const log = journal();
    run(function* () {
      const start = new Barrier(3, 'start');
      function* runner(ms: number): Coroutine<void> {
        for (let round = 0; round < 2; round++) {
          yield* sleep(ms);
          log(`place ${yield* start.wait()}`);
        }
      }
      yield* gather(
        [
          ['a', 1],
          ['b', 2],
          ['c', 3],
        ].map(([name, ms]) => createTask(runner(ms as number), { name: String(name) })),
      );
      expect([start.parties, start.nWaiting, start.broken]).toEqual([3, 0, false]);
    });
    expect(log.lines).toEqual([
      '3 c: place 2',
      '3 a: place 0',
      '3 b: place 1',
      '6 c: place 2',
      '6 a: place 0',
      '6 b: place 1',
    ]);
  });

  it('reset sends those who wait away and starts anew; abort is for good', () => {
    const log = journal();
    run(function* () {
      const start = new Barrier(2);
      function* runner(): Coroutine<void> {
        try {
          log(`place ${yield* start.wait()}`);
        } catch (error) {
          log(error);
        }
      }
      createTask(runner(), { name: 'a' });
      yield* sleep(1);
      expect(start.nWaiting).toBe(1);
      yield* start.reset();
      yield* sleep(1);
      yield* gather(createTask(runner(), { name: 'b' }), createTask(runner(), { name: 'c' }));
      createTask(runner(), { name: 'd' });
      yield* sleep(1);
      yield* start.abort();
      expect(start.broken).toBe(true);
      yield* gather(createTask(runner(), { name: 'e' }));
    });
    expect(log.lines).toEqual([
      '1 a: BrokenBarrierError: Abort or reset of barrier',
      '2 c: place 1',
      '2 b: place 0',
      '3 d: BrokenBarrierError: Abort or reset of barrier',
      '3 e: BrokenBarrierError: Barrier aborted',
    ]);
  });

  it('run goes on with the place in which one came', () => {
    const places = run(function* () {
      const start = new Barrier(2);
      const body = (place: number) => sleep(5, `came as ${place}`);
      return yield* gather(start.run(body), start.run(body));
    });
    expect(places).toEqual(['came as 0', 'came as 1']);
  });

  it('one who is cancelled leaves his place to another', () => {
    const log = journal();
    run(function* () {
      const start = new Barrier(2);
      const quitter = createTask(start.wait());
      yield* sleep(1);
      quitter.cancel();
      yield* sleep(1);
      expect([quitter.cancelled(), start.nWaiting]).toEqual([true, 0]);
      log((yield* gather(start.wait(), start.wait())).join());
    });
    expect(log.lines).toEqual(['2 Task-1: 0,1']);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s parties', (parties) => {
    expect(messageOf(() => new Barrier(parties))).toBe(
      `ValueError: parties must be >= 1 and whole, got ${parties}`,
    );
  });
});

it('that nobody awaits is named in debug mode by what was called', () => {
  const reports: string[] = [];
  run(
    function* main(): Coroutine<void> {
      const barrier = new Barrier(2);
      barrier.wait();
      barrier.reset();
    },
    { debug: true, exceptionHandler: (_, { message }) => reports.push(message) },
  );
  expect(reports.map((report) => report.split(' was')[0])).toEqual([
    'coroutine barrier.wait()',
    'coroutine barrier.reset()',
  ]);
});
