import { describe, expect, it } from 'vitest';
import { type Coroutine, createTask, Event, EventLoop, run, sleep } from '../../src/index.ts';
import { journal } from '../support/journal.ts';

describe('an Event', () => {
  it('wakes all who wait, in the order in which they came, even if it is cleared at once', () => {
    const log = journal();
    run(function* () {
      const open = new Event('open');
      function* customer(): Coroutine<void> {
        yield* open.wait();
        log(`goes in, set: ${open.isSet()}`);
      }
      for (const name of ['a', 'b']) createTask(customer(), { name });
      yield* sleep(5);
      open.set();
      open.set();
      open.clear();
      createTask(customer(), { name: 'late' });
      yield* sleep(5);
      open.set();
      yield* sleep(0);
    });
    expect(log.lines).toEqual([
      '5 a: goes in, set: false',
      '5 b: goes in, set: false',
      '10 late: goes in, set: true',
    ]);
  });

  it('that is set takes no time and no turn', () => {
    run(function* () {
      const open = new Event();
      open.set();
      expect([yield* open.wait(), open.value()]).toEqual([true, 1]);
    });
  });

  it('can be set outside of any loop', () => {
    const open = new Event();
    const loop = new EventLoop();
    const waiting = loop.createTask(open.wait());
    loop.runReady();
    open.set();
    loop.runReady();
    expect(waiting.result()).toBe(true);
  });
});
