import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/trace/events.ts';
import { threadTimes } from '../../src/trace/machine-state.ts';
import { taskTimes } from '../../src/trace/state.ts';
import { StateFolder } from '../../src/trace/state-folder.ts';
import { lifelines } from '../../src/views/lifelines.ts';
import { chores, hog, log, pastimes } from './log.ts';
import { beat, kitchen, machines, pool, rivals, script, stretch } from './thread-programs.ts';

/** `running 0-30 @2-3`: what, from and to in ms, and in turns. */
function lines(events: TraceEvent[]): Record<string, string[]> {
  return Object.fromEntries(
    lifelines(events).tasks.map(({ name, stretches }) => [
      name,
      stretches.map(({ doing, from, to, label, open }) => {
        const what = [
          doing,
          `${from.time}-${to.time}`,
          `@${from.turn}-${to.turn}`,
          label,
          open ? 'open' : '',
        ];
        return what.filter(Boolean).join(' ');
      }),
    ]),
  );
}

describe('lifelines', () => {
  it('split a wait where what it was for is there and the loop too busy to notice', () => {
    expect(lines(hog())).toEqual({
      beat: [
        'ready 0-0 @0-0',
        'running 0-0 @0-1',
        'waiting 0-100 @1-3 sleep 100 ms',
        'overdue 100-350 @3-4',
        'ready 350-350 @4-5',
        'running 350-350 @5-6',
        'waiting 350-400 @6-6 sleep 50 ms',
        'ready 400-400 @6-7',
        'running 400-400 @7-8',
      ],
      hog: [
        'ready 0-0 @0-1',
        'running 0-0 @1-2',
        'waiting 0-50 @2-2 sleep 50 ms',
        'ready 50-50 @2-3',
        'running 50-350 @3-4',
      ],
    });
  });

  it('find the delay also where a late timer cancels or settles what is awaited', () => {
    const events = log((at) => {
      at.create(1, 'patient');
      at.create(2, 'hog');
      at.iterate(2);
      at.step(1);
      const timer = at.add('timer:set', { when: 30, task: 1, label: 'timeout' });
      at.wait(1, 'await future');
      at.step(2);
      at.compute(2, 80);
      at.done(2);
      const due = at.add('timer:due', { timer, label: 'timeout' }, timer);
      at.iterate(1);
      const run = at.add('handle:run', { handle: due }, due);
      const cancel = at.add('task:cancel', { task: 1, cancelling: 1, message: '' }, run);
      at.ready(1, at.add('future:done', { outcome: 'cancelled', detail: '' }, cancel));
      at.add('handle:end', { handle: due });
      at.finish(1);
    });
    expect(lines(events).patient!.slice(2, 4)).toEqual([
      'waiting 0-30 @1-1 await future',
      'overdue 30-80 @1-2',
    ]);
  });

  it('end where the loop is closed, and are open where the trace ends first', () => {
    const begun = (at: Parameters<Parameters<typeof log>[0]>[0]) => {
      at.create(1, 'left over');
      at.add('loop:run', { loop: 1 });
      at.iterate(1);
      at.step(1);
      at.sleep(1, 500);
      at.jump(20);
      at.add('loop:return', { loop: 1, remaining: 0 });
    };
    expect(lines(log(begun))['left over']!.at(-1)).toBe('waiting 0-20 @1-1 sleep 500 ms open');
    const closed = log((at) => {
      begun(at);
      at.add('loop:close', { loop: 1 });
      at.compute(0, 30);
    });
    expect(lines(closed)['left over']!.at(-1)).toBe('waiting 0-20 @1-1 sleep 500 ms open');
  });

  it('count a callback that an error left the loop in as one turn, over when the loop returns', () => {
    const events = log((at) => {
      const handle = at.add('handle:ready', { label: 'exit' });
      at.create(1, 'before');
      at.iterate(2);
      at.add('handle:run', { handle });
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.create(2, 'after');
      at.add('loop:run', { loop: 1 });
      at.step(1);
      at.done(1);
      at.add('loop:return', { loop: 1, remaining: 0 });
    });
    expect(lines(events)).toEqual({
      before: ['ready 0-0 @0-1', 'running 0-0 @1-2'],
      after: ['ready 0-0 @1-2 open'],
    });
    expect(lifelines(events).loop.runs).toEqual([
      { time: 0, turn: 0, task: 0 },
      { time: 0, turn: 1, task: 1 },
    ]);
  });

  it('are not cut where the loop returns and is driven on', () => {
    const events = log((at) => {
      at.create(1, 'a');
      at.add('loop:run', { loop: 1 });
      at.iterate(1);
      at.step(1);
      at.sleep(1, 50);
      at.jump(20);
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.add('loop:run', { loop: 1 });
      at.jump(50);
      at.wake(1);
      at.finish(1);
      at.add('loop:return', { loop: 1, remaining: 0 });
    });
    expect(lines(events).a).toEqual([
      'ready 0-0 @0-0',
      'running 0-0 @0-1',
      'waiting 0-50 @1-1 sleep 50 ms',
      'ready 50-50 @1-2',
      'running 50-50 @2-3',
    ]);
  });

  it('join what the loop was busy with where it touches', () => {
    expect(lifelines(pastimes()).loop.busy).toEqual([{ from: 0, to: 6_000_000 }]);
    expect(lifelines(chores()).loop.busy).toEqual([]);
  });

  it('keep apart what the script took while no loop ran', () => {
    const events = log((at) => {
      at.compute(0, 10);
      at.add('block', { from: 10, to: 15, task: 0, label: '' });
      at.time = 15;
      at.add('loop:run', { loop: 1 });
      at.compute(0, 5);
      at.add('loop:return', { loop: 1, remaining: 0 });
      at.compute(0, 7);
    });
    const { busy, script } = lifelines(events).loop;
    expect(busy).toEqual([{ from: 15, to: 20 }]);
    expect(script).toEqual([
      { from: 0, to: 15 },
      { from: 20, to: 27 },
    ]);
  });

  it('add up to the times of the state, with overdue as a part of waiting', () => {
    for (const events of [chores(), pastimes(), hog()]) {
      const folder = new StateFolder();
      for (const event of events) folder.apply(event);
      const { tasks, time } = folder.state();
      for (const life of lifelines(events).tasks) {
        const sum = (...doings: string[]) =>
          life.stretches
            .filter(({ doing }) => doings.includes(doing))
            .reduce((total, { from, to }) => total + to.time - from.time, 0);
        expect(taskTimes(tasks.get(life.task)!, time)).toMatchObject({
          busy: sum('running'),
          ready: sum('ready'),
          waiting: sum('waiting', 'overdue'),
        });
      }
    }
  });
});

describe('lifelines of threads', () => {
  it('tell what each thread lacked, waited for and worked at', () => {
    const { threads, processes } = lifelines(kitchen());
    const ann = threads.find(({ name }) => name === 'ann')!;
    expect(ann.stretches.map(({ doing, from, to, label }) => [doing, from.time, to.time, label])).toEqual([
      ['gil', 0, 0, ''],
      ['core', 0, 0, ''],
      ['running', 0, 3, ''],
      ['waiting', 3, 11, 'request oven pie'],
      ['running', 11, 31, ''],
      ['gil', 31, 34, ''],
      ['core', 34, 34, ''],
      ['running', 34, 34, ''],
    ]);
    expect(ann.work).toEqual([
      { from: 0, to: 3, label: 'chop' },
      { from: 11, to: 34, label: 'mince' },
    ]);
    expect(processes).toEqual([{ process: 1, machine: 1, name: 'main', gil: true, cores: 4, threads: 4 }]);
  });

  it('say how long a blocking call was', () => {
    const chef = lifelines(kitchen()).threads[0]!;
    expect(chef.stretches.filter(({ doing }) => doing === 'waiting').map(({ label }) => label)).toEqual([
      'nap 10 ms',
      'join ann',
      'join bob',
    ]);
  });

  it('tell when the loop lacked the GIL, and take that out of its steps and of what it was busy', () => {
    const { tasks, loop, threads } = lifelines(stretch());
    expect(loop.lacking).toEqual(
      [5, 15, 25, 35].map((from) => ({ from, to: from + 5, lack: 'gil', script: false })),
    );
    expect(loop.busy).toEqual([10, 20, 30, 40].map((from) => ({ from, to: from + 5 })));
    const main = tasks[0]!.stretches.filter(({ from, to }) => to.time > from.time);
    expect(main.map(({ doing, from, to }) => `${doing} ${from.time}-${to.time}`)).toEqual([
      'waiting 0-5',
      'overdue 5-10',
      'running 10-15',
      'gil 15-20',
      'running 20-25',
      'gil 25-30',
      'running 30-35',
      'gil 35-40',
      'running 40-45',
      'waiting 45-50',
    ]);
    expect(threads.map(({ name, host }) => [name, host])).toEqual([
      ['MainThread', true],
      ['asyncio-0', false],
    ]);
  });

  it('know when neither a loop nor the script took the time', () => {
    expect(lifelines(machines()).loop.absent).toEqual([
      { from: 0, to: 10 },
      { from: 20, to: 30 },
    ]);
    expect(lifelines(script()).loop.absent).toEqual([{ from: 20, to: 22 }]);
    expect(lifelines(beat()).loop.absent).toEqual([]);
  });

  it('add up to the times of the state', () => {
    for (const events of [rivals(), beat(), stretch(), pool(), kitchen(), script(), machines()]) {
      const folder = new StateFolder({ strict: true });
      for (const event of events) folder.apply(event);
      const { threads, tasks, time } = folder.state();
      const lives = lifelines(events);
      const sum = (stretches: (typeof lives.threads)[number]['stretches'], ...doings: string[]) =>
        stretches
          .filter(({ doing }) => doings.includes(doing))
          .reduce((total, { from, to }) => total + to.time - from.time, 0);
      for (const { thread, stretches } of lives.threads) {
        expect(threadTimes(threads.get(thread)!, time)).toMatchObject({
          busy: sum(stretches, 'running'),
          gil: sum(stretches, 'gil'),
          core: sum(stretches, 'core'),
          waiting: sum(stretches, 'waiting'),
        });
      }
      for (const { task, stretches } of lives.tasks) {
        expect(taskTimes(tasks.get(task)!, time).busy).toBe(sum(stretches, 'running', 'gil', 'core'));
      }
    }
  });
});
