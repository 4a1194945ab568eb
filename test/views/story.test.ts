import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_SCHEMA } from '../../src/trace/events.ts';
import { cellWidth } from '../../src/views/cells.ts';
import { story, storyLines } from '../../src/views/story.ts';
import { anyEvents, chores, hog, type Log, log, picture, stripped } from './log.ts';

describe('story', () => {
  it('tells the key moments, with the time, the iteration and the reason', () => {
    expect(story(chores())).toBe(
      picture(`
           0  #1  main starts
           0  #1  main waits: gather rice, laundry, dishes
           0  #2  rice starts
           0  #2  rice waits: sleep 40 min
           0  #2  laundry starts
           0  #2  laundry waits: sleep 30 min
           0  #2  dishes starts
           0  #2  dishes waits: sleep 30 min
      30 min  #2  ready queue empty: the clock jumps 0 → 30 min, to the timers of laundry and dishes
      30 min  #4  laundry runs again: its sleep is over
      30 min  #4  laundry is done
      30 min  #4  dishes runs again: its sleep is over
      30 min  #4  dishes is done
      40 min  #4  ready queue empty: the clock jumps 30 min → 40 min, to the timer of rice
      40 min  #6  rice runs again: its sleep is over
      40 min  #6  rice is done
      40 min  #7  main runs again: rice is done
      40 min  #7  main is done
    `),
    );
  });

  it('tells every event on request', () => {
    expect(story(hog(), { detail: 'all' })).toBe(
      picture(`
           0  #0  the task beat is created
           0  #0  beat joins the ready queue, to start
           0  #0  the task hog is created
           0  #0  hog joins the ready queue, to start
           0  #1  iteration 1 runs 2: beat and hog
           0  #1  beat starts
           0  #1  the timer of beat is set to 100 ms
           0  #1  beat waits: sleep 100 ms
           0  #1  hog starts
           0  #1  the timer of hog is set to 50 ms
           0  #1  hog waits: sleep 50 ms
       50 ms  #1  ready queue empty: the clock jumps 0 → 50 ms, to the timer of hog
       50 ms  #2  the timer of hog is due
       50 ms  #2  iteration 2 runs 1: the timer of hog
       50 ms  #2  the timer of hog runs
       50 ms  #2  hog joins the ready queue: its sleep is over
       50 ms  #2  the timer of hog ends
       50 ms  #3  iteration 3 runs 1: hog
       50 ms  #3  hog runs again: its sleep is over
      350 ms  #3  hog computes (hash), 50 ms → 350 ms: the loop stands still for 300 ms
      350 ms  #3  hog is done
      350 ms  #4  the timer of beat is due, 250 ms late: the loop was busy
      350 ms  #4  iteration 4 runs 1: the timer of beat
      350 ms  #4  the timer of beat runs
      350 ms  #4  beat joins the ready queue: its sleep is over, 250 ms late: the loop was busy
      350 ms  #4  the timer of beat ends
      350 ms  #5  iteration 5 runs 1: beat
      350 ms  #5  beat runs again: its sleep is over, 250 ms late: the loop was busy
      350 ms  #5  the timer of beat is set to 400 ms, 50 ms from now
      350 ms  #5  beat waits: sleep 50 ms
      400 ms  #5  ready queue empty: the clock jumps 350 ms → 400 ms, to the timer of beat
      400 ms  #6  the timer of beat is due
      400 ms  #6  iteration 6 runs 1: the timer of beat
      400 ms  #6  the timer of beat runs
      400 ms  #6  beat joins the ready queue: its sleep is over
      400 ms  #6  the timer of beat ends
      400 ms  #7  iteration 7 runs 1: beat
      400 ms  #7  beat runs again: its sleep is over
      400 ms  #7  beat is done
    `),
    );
  });

  it('wraps long sentences under themselves', () => {
    expect(story(chores().slice(0, 26), { width: 40 })).toBe(
      picture(`
           0  #1  main starts
           0  #1  main waits: gather rice,
                  laundry, dishes
           0  #2  rice starts
           0  #2  rice waits: sleep 40 min
           0  #2  laundry starts
           0  #2  laundry waits: sleep 30 min
           0  #2  dishes starts
           0  #2  dishes waits: sleep 30 min
      30 min  #2  ready queue empty: the clock
                  jumps 0 → 30 min, to the
                  timers of laundry and dishes
    `),
    );
  });

  it('is empty if nothing happened', () => {
    expect(story([])).toBe('');
  });

  it('adds colour without moving a letter', () => {
    const coloured = story(hog(), { color: true, width: 50 });
    expect(coloured).toContain('\x1b[');
    expect(stripped(coloured)).toBe(story(hog(), { width: 50 }));
  });

  it('never throws, and never exceeds its width if it has one', () => {
    fc.assert(
      fc.property(anyEvents, fc.integer({ min: 1, max: 120 }), (events, width) => {
        const plain = story(events, { width, detail: 'all' });
        if (events.length > 0) expect(plain.split('\n').length).toBeGreaterThanOrEqual(events.length);
        for (const line of plain.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
        expect(stripped(story(events, { width, detail: 'all', color: true }))).toBe(plain);
      }),
      { numRuns: 300 },
    );
  });

  it('tells each event on one line if it has no width', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        fc.pre(events.length > 0);
        expect(story(events, { detail: 'all' }).split('\n').length).toBe(events.length);
      }),
    );
  });
});

/** What is told of the events that `write` adds after two tasks were made and the first one runs. */
function told(write: (at: Log) => void): string[] {
  let before = 0;
  const events = log((at) => {
    at.create(1, 'rice');
    at.create(2, 'dishes');
    at.iterate(2);
    at.step(1);
    before = at.events.length;
    write(at);
  });
  return Array.from(storyLines(events), ({ text }) => text).slice(before);
}

describe('the sentences', () => {
  it('of the loop', () => {
    expect(
      told((at) => {
        at.add('loop:run', { loop: 1 });
        at.add('loop:run', { loop: 2 });
        at.add('loop:stop', { loop: 1 });
        at.add('loop:return', { loop: 1, remaining: 0 });
        at.add('loop:return', { loop: 2, remaining: 0 });
        at.add('loop:close', { loop: 1 });
        at.iterate(0);
        at.create(3, 'pans');
        at.add('handle:ready', { label: 'tidyUp' });
        at.iterate(2);
        at.iterate(7);
      }),
    ).toEqual([
      'the loop runs',
      'loop 2 runs',
      'the program stops the loop: this iteration is its last',
      'the loop returns',
      'loop 2 returns',
      'the loop is closed',
      'iteration 2 has nothing to run',
      'the task pans is created',
      'pans joins the ready queue, to start',
      'the callback tidyUp joins the ready queue',
      'iteration 3 runs 2: pans and the callback tidyUp',
      'iteration 4 runs 7',
    ]);
  });

  it('of what comes after an error left the loop in the middle of a callback are about the script', () => {
    expect(
      told((at) => {
        at.add('handle:run', { handle: at.add('handle:ready', { label: 'tidyUp' }) });
        at.add('print', { task: 0, text: 'inside' });
        at.add('loop:return', { loop: 1, remaining: 0 });
        at.add('print', { task: 0, text: 'outside' });
      }),
    ).toEqual([
      'the callback tidyUp joins the ready queue',
      'the callback tidyUp runs',
      'the callback tidyUp prints: inside',
      'the loop returns',
      'the script prints: outside',
    ]);
  });

  it('of a loop that runs and returns are no key moments', () => {
    const events = log((at) => {
      at.add('loop:run', { loop: 1 });
      at.add('loop:return', { loop: 1, remaining: 0 });
    });
    expect(story(events)).toBe('');
    expect(story(events, { detail: 'all' })).toBe('0  #0  the loop runs\n0  #0  the loop returns');
  });

  it('of a clock that jumps say to what', () => {
    expect(
      told((at) => {
        at.sleep(1, 100);
        at.jump(50);
        at.jump(100);
        at.step(2);
        at.sleep(2, 20);
        at.add('timer:set', { when: 120, task: 1, label: 'sleep' });
        at.add('timer:set', { when: 120, task: 0, label: 'tidyUp' });
        at.jump(120);
      }).filter((text) => text.includes('jumps')),
    ).toEqual([
      'ready queue empty: the clock jumps 0 → 50 ms',
      'ready queue empty: the clock jumps 50 ms → 100 ms, to the timer of rice',
      'ready queue empty: the clock jumps 100 ms → 120 ms, to the timers of dishes and rice and the timer tidyUp',
    ]);
  });

  it('of computing and blocking say that nothing else ran', () => {
    expect(
      told((at) => {
        at.compute(1, 1500, 'stir');
        at.compute(1, 20);
        at.add('block', { from: 1000, to: 1520, task: 1, label: 'open the door' });
        at.done(1);
        at.compute(0, 5);
      }),
    ).toEqual([
      'rice computes (stir), 0 → 1.5 s: the loop stands still for 1.5 s',
      'rice computes, 1.5 s → 1.52 s: the loop stands still for 20 ms',
      'rice blocks (open the door), 1 s → 1.52 s: the loop stands still for 520 ms',
      'rice is done',
      'the program computes, 1.52 s → 1.525 s: the loop stands still for 5 ms',
    ]);
  });

  it('of computing and blocking where no loop runs are about the script, and of no loop that stands still', () => {
    const events = log((at) => {
      const block = (label: string) => {
        at.time += 1000;
        at.add('block', { from: at.time - 1000, to: at.time, task: 0, label });
      };
      block('');
      at.add('loop:run', { loop: 1 });
      block('');
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.compute(0, 20, 'sum up');
      at.add('loop:run', { loop: 1 });
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.add('loop:close', { loop: 1 });
      block('load');
      at.add('print', { task: 0, text: 'the end' });
    });
    expect(Array.from(storyLines(events), ({ text }) => text)).toEqual([
      'the script blocks for 1 s, 0 → 1 s: no loop runs',
      'the loop runs',
      'the program blocks, 1 s → 2 s: the loop stands still for 1 s',
      'the loop returns',
      'the script computes (sum up) for 20 ms, 2 s → 2.02 s: no loop runs',
      'the loop runs',
      'the loop returns',
      'the loop is closed',
      'the script blocks (load) for 1 s, 2.02 s → 3.02 s: no loop runs',
      'the script prints: the end',
    ]);
  });

  it('of a request to stop say who asks: a task, itself, a timeout, or a task group', () => {
    const asked = told((at) => {
      const cancel = (task: number) => at.add('task:cancel', { task, cancelling: 1, message: '' });
      cancel(2);
      cancel(1);
      const timer = at.add('timer:set', { when: 40, task: 2, label: 'timeout' });
      at.add('task:wait', { task: 1, target: 0, on: 'future', reason: 'x', name: '' });
      at.time = 40;
      at.add('handle:run', { handle: at.add('timer:due', { timer, label: 'timeout' }) });
      cancel(2);
      cancel(1);
      const group = at.add('handle:ready', { label: 'taskGroup' });
      at.add('handle:run', { handle: group });
      cancel(2);
      at.add('handle:end', { handle: group });
    });
    expect(asked.filter((text) => !text.includes('waits'))).toEqual([
      'rice asks dishes to stop',
      'rice asks itself to stop',
      'the timeout of dishes is set to 40 ms',
      'the timeout of dishes is due',
      'the timeout of dishes runs',
      'the timeout of dishes asks it to stop',
      'the timeout of dishes asks rice to stop',
      'the callback of the task group joins the ready queue',
      'the callback of the task group runs',
      'the task group asks dishes to stop',
      'the callback of the task group ends',
    ]);
  });

  it('of the life of a task', () => {
    expect(
      told((at) => {
        at.create(3, 'pans', 1);
        at.add('task:rename', { task: 3, name: 'pots' });
        at.add('task:create', { task: 4, parent: 1, name: 'eager' });
        at.add('task:step', { task: 4, eager: true });
        at.done(4, 'result', '42');
        at.add('task:cancel', { task: 2, cancelling: 1, message: '' });
        at.add('task:cancel', { task: 2, cancelling: 2, message: 'too late' });
        at.add('task:uncancel', { task: 2, cancelling: 1 });
        at.add('task:uncancel', { task: 2, cancelling: 0 });
        at.giveWay(1);
        at.step(1);
        at.done(1, 'cancelled');
        at.step(2);
        at.done(2, 'exception', 'Error: no soap');
        at.step(3);
        at.done(3, 'exception');
      }),
    ).toEqual([
      'rice creates the task pans',
      'pans joins the ready queue, to start',
      'pans is now called pots',
      'rice creates the task eager',
      'eager starts at once (eager), in the middle of a step of rice',
      'eager is done, with 42',
      'rice asks dishes to stop',
      'rice asks dishes to stop (too late), now asked 2 times',
      'a request to stop dishes is taken back: 1 left',
      'a request to stop dishes is taken back: none is left',
      'rice gives way, and joins the end of the ready queue',
      'rice runs again: it had given way',
      'rice is cancelled',
      'dishes starts',
      'dishes fails: Error: no soap',
      'pots starts',
      'pots fails',
    ]);
  });

  it('of a wait say for what, and who holds it', () => {
    const reasons = told((at) => {
      at.add('resource:new', { resource: 1, capacity: 1, value: 1, type: 'lock', name: 'sink' });
      at.add('resource:hold', { resource: 1, task: 2, held: true });
      at.add('task:wait', { task: 1, target: 1, on: 'resource', reason: 'lock.acquire', name: 'sink' });
      at.add('resource:hold', { resource: 1, task: 2, held: false });
      at.add('task:wait', { task: 1, target: 1, on: 'resource', reason: 'lock.acquire', name: 'sink' });
      at.add('task:wait', { task: 1, target: 2, on: 'task', reason: 'await task', name: 'dishes' });
      at.add('task:wait', { task: 1, target: 0, on: 'future', reason: '', name: '' });
      at.sleep(1, 2_400_000);
    });
    expect(reasons.filter((text) => text.includes('waits'))).toEqual([
      'rice waits: lock.acquire sink, held by dishes',
      'rice waits: lock.acquire sink',
      'rice waits: await task dishes',
      'rice waits: future',
      'rice waits: sleep 40 min',
    ]);
  });

  it('of a task that runs again say why', () => {
    const why = told((at) => {
      const [rice, dishes] = [1, 2];
      const again = (cause: number) => {
        at.add('task:wait', { task: rice, target: 0, on: 'future', reason: 'x', name: '' });
        at.ready(rice, cause);
        at.step(rice);
      };
      const timer = at.add('timer:set', { when: 100, task: rice, label: 'timeout' });
      at.time = 100;
      again(
        at.add('handle:run', { handle: at.add('timer:due', { timer, label: 'timeout' }) }, at.events.length),
      );
      const ended = at.add('task:done', { task: dishes, outcome: 'exception', detail: 'Error' });
      again(ended);
      const handle = at.add('handle:ready', { label: 'onDone' }, ended);
      again(at.add('handle:run', { handle }, handle));
      again(at.add('handle:run', { handle: at.add('handle:ready', { label: 'poke' }, 0) }, at.events.length));
      again(at.add('future:done', { outcome: 'result', detail: '1' }, 0));
      again(at.add('task:cancel', { task: rice, cancelling: 1, message: '' }));
      again(
        at.add(
          'future:done',
          { outcome: 'result', detail: '1' },
          at.add('task:step', { task: dishes, eager: false }),
        ),
      );
      again(0);
    });
    expect(why.filter((text) => text.includes('runs again'))).toEqual([
      'rice runs again: the timeout of rice is due',
      'rice runs again: dishes fails',
      'rice runs again: dishes fails',
      'rice runs again: the callback poke woke it',
      'rice runs again: what it waited for is done',
      'rice runs again: it was asked to stop',
      'rice runs again: dishes woke it',
      'rice runs again: its turn has come',
    ]);
  });

  it('of a task whose turn comes late say how long it stood in the ready queue', () => {
    expect(
      told((at) => {
        at.compute(1, 1_800_000);
        at.giveWay(1);
        at.step(2);
        at.compute(2, 600_000);
        at.done(2);
        at.step(1);
      }).filter((text) => /starts|again/.test(text)),
    ).toEqual([
      'dishes starts, after 30 min in the ready queue',
      'rice runs again: it had given way, after 10 min in the ready queue',
    ]);
  });

  it('of handles and timers', () => {
    expect(
      told((at) => {
        const handle = at.add('handle:ready', { label: 'tidyUp' });
        at.add('handle:cancel', { handle });
        at.add('handle:skip', { handle });
        const other = at.add('handle:ready', { label: '(anonymous)' });
        at.add('handle:run', { handle: other });
        at.add('handle:end', { handle: other });
        const timer = at.add('timer:set', { when: 250, task: 0, label: 'tidyUp' });
        at.add('timer:set', { when: 0, task: 1, label: 'sleep' });
        at.time = 200;
        const cancelled = at.add('timer:set', { when: 1200, task: 1, label: 'sleep' });
        at.add('timer:cancel', { timer: cancelled });
        at.time = 300;
        const due = at.add('timer:due', { timer, label: 'tidyUp' });
        at.add('handle:run', { handle: due });
        at.add('loop:stop', { loop: 1 });
        at.add('handle:end', { handle: due });
      }),
    ).toEqual([
      'the callback tidyUp joins the ready queue',
      'the callback tidyUp is cancelled: it keeps its place, and will be passed over',
      'the callback tidyUp is passed over: it was cancelled',
      'a callback joins the ready queue',
      'a callback runs',
      'a callback ends',
      'the timer tidyUp is set to 250 ms',
      'the timer of rice is set and due at once',
      'the timer of rice is set to 1.2 s, 1 s from now',
      'the timer of rice is cancelled',
      'the timer tidyUp is due, 50 ms late: the loop was busy',
      'the timer tidyUp runs',
      'the timer tidyUp stops the loop: this iteration is its last',
      'the timer tidyUp ends',
    ]);
  });

  it('of futures, locks and the like', () => {
    expect(
      told((at) => {
        at.add('future:done', { outcome: 'result', detail: '42' });
        at.add('future:done', { outcome: 'result', detail: 'undefined' });
        at.add('future:done', { outcome: 'exception', detail: 'Error: no' });
        at.add('future:done', { outcome: 'cancelled', detail: '' });
        at.add('resource:new', { resource: 1, capacity: 2, value: 2, type: 'semaphore', name: 'door' });
        at.add('resource:new', { resource: 2, capacity: 0, value: 0, type: 'event', name: 'event 2' });
        at.add('resource:use', { resource: 1, value: 1, task: 1, action: 'acquire' });
        at.add('resource:use', { resource: 1, value: 2, task: 0, action: 'release' });
        at.add('resource:hold', { resource: 1, task: 1, held: true });
        at.add('resource:hold', { resource: 1, task: 1, held: false });
        at.add('resource:use', { resource: 2, value: 0, task: 1, action: 'notify' });
      }),
    ).toEqual([
      'a future is done, with 42',
      'a future is done',
      'a future fails: Error: no',
      'a future is cancelled',
      'first use of semaphore door, 2 permits',
      'first use of event 2',
      'rice: acquire door (now 1 of 2 free)',
      'rice: release door (now 2 of 2 free)',
      'rice now holds door',
      'rice no longer holds door',
      'rice: notify event 2',
    ]);
  });

  it('of devices', () => {
    expect(
      told((at) => {
        at.add('resource:new', { resource: 1, capacity: 1, value: 0, type: 'device', name: 'disk' });
        const request = at.add('request:new', { device: 1, task: 1, label: 'read' });
        const other = at.add('request:new', { device: 1, task: 0, label: '' });
        at.add('request:start', { request, until: 20 });
        at.add('task:wait', { task: 1, target: 1, on: 'resource', reason: 'request', name: 'disk' });
        at.jump(20);
        at.add('request:complete', { request, failed: false });
        at.add('request:complete', { request: other, failed: true });
        at.time = 50;
        const handle = at.add('request:deliver', { request, label: 'read' });
        at.cause = at.add('handle:run', { handle }, handle);
        at.ready(1);
        at.step(1);
        at.add('request:cancel', { request: other });
      }),
    ).toEqual([
      'first use of device disk, 1 channel',
      'rice asks disk: read',
      'rice asks disk',
      'disk takes up read of rice, until 20 ms',
      'rice waits: request disk',
      'ready queue empty: the clock jumps 0 → 20 ms, to disk, done with read of rice',
      'disk is done with read of rice',
      'disk fails at the request',
      'the loop notices that disk is done with read of rice, 30 ms late: the loop was busy',
      'the answer to rice runs',
      'rice joins the ready queue: disk is done with read of rice, 30 ms late: the loop was busy',
      'rice runs again: disk is done with read of rice, 30 ms late: the loop was busy',
      'the request to disk is given up',
    ]);
  });

  it('of several requests that a device will be done with at once name the device once', () => {
    expect(
      told((at) => {
        at.add('resource:new', { resource: 1, capacity: 2, value: 0, type: 'device', name: 'net' });
        for (const label of ['/a', '/b']) {
          const request = at.add('request:new', { device: 1, task: 1, label });
          at.add('request:start', { request, until: 20 });
        }
        at.jump(20);
      }).at(-1),
    ).toBe('ready queue empty: the clock jumps 0 → 20 ms, to net, done with /a of rice and /b of rice');
  });

  it('of a request that failed say so, wherever it is noticed', () => {
    expect(
      told((at) => {
        at.add('resource:new', { resource: 1, capacity: 0, value: 0, type: 'device', name: 'net' });
        const request = at.add('request:new', { device: 1, task: 1, label: '/a' });
        at.add('request:start', { request, until: 20 });
        at.add('task:wait', { task: 1, target: 1, on: 'resource', reason: 'request', name: 'net' });
        at.jump(20);
        at.add('request:complete', { request, failed: true });
        const handle = at.add('request:deliver', { request, label: '/a' });
        at.cause = at.add('handle:run', { handle }, handle);
        at.ready(1);
        at.step(1);
      }).slice(5),
    ).toEqual([
      'net fails at /a of rice',
      'the loop notices that net fails at /a of rice',
      'the answer to rice runs',
      'rice joins the ready queue: net fails at /a of rice',
      'rice runs again: net fails at /a of rice',
    ]);
  });

  it('of a request that has to queue inside its device say so, at the wait and at its start', () => {
    const events = log((at) => {
      for (const [task, name] of [
        [1, 'rice'],
        [2, 'dishes'],
      ] as const) {
        at.create(task, name);
      }
      at.add('resource:new', { resource: 1, capacity: 1, value: 0, type: 'device', name: 'disk' });
      at.iterate(2);
      const ask = (task: number, starts: boolean) => {
        at.step(task);
        const request = at.add('request:new', { device: 1, task, label: '' });
        if (starts) at.add('request:start', { request, until: at.time + 20 });
        at.add('task:wait', { task, target: 1, on: 'resource', reason: 'request', name: 'disk' });
        return request;
      };
      const first = ask(1, true);
      const second = ask(2, false);
      at.jump(20);
      at.add('request:complete', { request: first, failed: false });
      at.add('request:start', { request: second, until: 40 });
    });
    expect(story(events)).toBe(
      picture(`
            0  #1  rice starts
            0  #1  rice waits: request disk
            0  #1  dishes starts
            0  #1  dishes waits: request disk, as no channel is free
        20 ms  #1  ready queue empty: the clock jumps 0 → 20 ms, to disk, done with the request of rice
        20 ms  #1  disk takes up the request of dishes, after 20 ms in its queue, until 40 ms
      `),
    );
  });

  it('of what people see', () => {
    expect(
      told((at) => {
        at.add('print', { task: 1, text: 'Doing async tasks' });
        at.add('print', { task: 0, text: 'a\nb' });
        at.add('error', { task: 1, message: 'Exception in callback', detail: 'Error: no' });
        at.add('error', { task: 0, message: 'Task was destroyed', detail: '' });
        at.add('choice', { picked: 1, candidates: 3, what: 'timer', names: ['a', 'b', 'c'] });
        at.add('choice', {
          picked: 0,
          candidates: 2,
          what: 'preempt',
          names: ['a goes on', 'a is interrupted'],
        });
        at.add('choice', { picked: 0, candidates: 2, what: 'ready', names: ['a', 'b'] });
        at.add('choice', { picked: 1, candidates: 2, what: 'ready', names: ['a', 'b'] });
        at.add('draw', { value: 0.25, low: 0, high: 2, what: 'latency', by: 'chance' });
        at.add('resource:new', { resource: 7, capacity: 0, value: 0, type: 'cell', name: 'stock' });
        at.add('cell:read', { cell: 7, task: 1, thread: 0, detail: '3' });
        at.add('cell:write', { cell: 7, task: 1, thread: 0, detail: '2' });
      }),
    ).toEqual([
      'rice prints: Doing async tasks',
      'rice prints: a␤b',
      'the exception handler is called: Exception in callback: Error: no',
      'the exception handler is called: Task was destroyed',
      '3 timers are due at once: b first, and not a or c',
      'a goes on, and it could have been otherwise',
      'a is next in the ready queue, as asyncio has it, and not b',
      'the ready queue is permuted: b is next, and not a',
      'a latency is drawn by chance: 0.25, from 0 to 2',
      'first use of cell stock',
      'rice reads stock: 3',
      'rice writes stock: 2',
    ]);
  });

  it('exist for every kind of event, and name no number that has a name', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        for (const { text } of storyLines(events)) expect(text).not.toMatch(/undefined|NaN|\[object/);
      }),
    );
    expect(EVENT_SCHEMA.length).toBe(57);
  });
});
