import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  busy,
  compute,
  createTask,
  print,
  Recorder,
  run,
  runScript,
  runThreads,
  sleep,
  Thread,
  ValueError,
} from '../../src/index.ts';
import type { TraceEvent } from '../../src/trace/events.ts';
import { perfetto } from '../../src/views/perfetto.ts';
import { anyEvents, chores, hog, log } from './log.ts';
import { beat, kitchen, machines, pool, rivals, script, stretch } from './thread-programs.ts';
import { type Entry, mistakes } from './trace-event-format.ts';

const entriesOf = (text: string) => (JSON.parse(text) as { traceEvents: Entry[] }).traceEvents;

/** Entries of one phase as short texts, `beat 50000+300000 hash`. */
function told(events: TraceEvent[], ...phases: string[]): string[] {
  const entries = entriesOf(perfetto(events));
  const names = new Map(
    entries.filter(({ name }) => name === 'thread_name').map(({ tid, args }) => [tid, args!.name]),
  );
  return entries
    .filter(({ ph }) => phases.includes(ph))
    .map(({ ph, tid, ts, dur, name }) => {
      const when = dur === undefined ? String(ts) : `${ts}+${dur}`;
      return `${phases.length > 1 ? `${ph} ` : ''}${names.get(tid)} ${when} ${name}`;
    });
}

describe('a trace for Perfetto', () => {
  it('is, for one task, to the letter', () => {
    const events = log((at) => {
      at.create(1, 'rice');
      at.iterate(1);
      at.step(1);
      at.sleep(1, 2);
      at.jump(2);
      at.wake(1);
      at.iterate(1);
      at.step(1);
      at.compute(1, 0.0015, 'taste');
      at.add('print', { task: 1, text: 'done' });
      at.done(1);
    });
    expect(perfetto(events, { title: 'Kitchen' }).split('\n')).toEqual([
      '{"displayTimeUnit":"ms","traceEvents":[',
      '{"ph":"M","pid":1,"name":"process_name","args":{"name":"Kitchen"}},',
      '{"ph":"M","pid":1,"name":"process_sort_index","args":{"sort_index":1}},',
      '{"ph":"M","pid":1,"tid":2,"name":"thread_name","args":{"name":"loop"}},',
      '{"ph":"M","pid":1,"tid":2,"name":"thread_sort_index","args":{"sort_index":0}},',
      '{"ph":"M","pid":1,"tid":3,"name":"thread_name","args":{"name":"rice"}},',
      '{"ph":"M","pid":1,"tid":3,"name":"thread_sort_index","args":{"sort_index":1}},',
      '{"ph":"X","ts":0,"dur":0,"pid":1,"tid":2,"name":"iteration 1","cat":"loop","args":{"ready":1}},',
      '{"ph":"C","ts":0,"name":"ready queue","pid":1,"args":{"handles":1}},',
      '{"ph":"X","ts":0,"dur":0,"pid":1,"tid":3,"name":"run","cat":"run"},',
      '{"ph":"b","ts":0,"id":"0x1","name":"rice: sleep","cat":"wait","pid":1,"tid":3,"args":{"for":"sleep 2 ms"}},',
      '{"ph":"X","ts":0,"dur":2000,"pid":1,"tid":2,"name":"idle","cat":"loop"},',
      '{"ph":"X","ts":2000,"dur":0,"pid":1,"tid":2,"name":"iteration 2","cat":"loop","args":{"ready":1}},',
      '{"ph":"C","ts":2000,"name":"ready queue","pid":1,"args":{"handles":1}},',
      '{"ph":"X","ts":2000,"dur":0,"pid":1,"tid":2,"name":"sleep","cat":"callback"},',
      '{"ph":"s","ts":2000,"name":"wakes","cat":"wake","id":"0x2","pid":1,"tid":2},',
      '{"ph":"e","ts":2000,"id":"0x1","name":"rice: sleep","cat":"wait","pid":1,"tid":3},',
      '{"ph":"X","ts":2000,"dur":1.5,"pid":1,"tid":2,"name":"iteration 3","cat":"loop","args":{"ready":1}},',
      '{"ph":"C","ts":2000,"name":"ready queue","pid":1,"args":{"handles":1}},',
      '{"ph":"X","ts":2000,"dur":1.5,"pid":1,"tid":3,"name":"run","cat":"run","args":{"outcome":"result"}},',
      '{"ph":"f","ts":2000,"name":"wakes","cat":"wake","id":"0x2","pid":1,"tid":3,"bp":"e"},',
      '{"ph":"X","ts":2000,"dur":1.5,"pid":1,"tid":3,"name":"taste","cat":"compute"},',
      '{"ph":"i","ts":2001.5,"name":"done","cat":"print","pid":1,"tid":3,"s":"t"}',
      ']}',
      '',
    ]);
  });

  it('has a track for each task, on which its steps lie apart, with what they computed inside', () => {
    expect(told(hog(), 'X').filter((line) => /^(beat|hog)/.test(line))).toEqual([
      'beat 0+0 run',
      'hog 0+0 run',
      'hog 50000+300000 run',
      'hog 50000+300000 hash',
      'beat 350000+0 run',
      'beat 400000+0 run',
    ]);
  });

  it('has iterations, callbacks and idle time on the track of the loop', () => {
    expect(told(hog(), 'X').filter((line) => line.startsWith('loop'))).toEqual([
      'loop 0+0 iteration 1',
      'loop 0+50000 idle',
      'loop 50000+0 iteration 2',
      'loop 50000+0 sleep',
      'loop 50000+300000 iteration 3',
      'loop 350000+0 iteration 4',
      'loop 350000+0 sleep',
      'loop 350000+0 iteration 5',
      'loop 350000+50000 idle',
      'loop 400000+0 iteration 6',
      'loop 400000+0 sleep',
      'loop 400000+0 iteration 7',
    ]);
  });

  it('has waits with an id each, and arrows from what woke a task to where it runs', () => {
    expect(told(hog(), 'b', 'e').filter((line) => line.includes('sleep'))).toEqual([
      'b beat 0 beat: sleep',
      'b hog 0 hog: sleep',
      'e hog 50000 hog: sleep',
      'e beat 350000 beat: sleep',
      'b beat 350000 beat: sleep',
      'e beat 400000 beat: sleep',
    ]);
    expect(told(hog(), 's', 'f')).toEqual([
      's loop 50000 wakes',
      'f hog 50000 wakes',
      's loop 350000 wakes',
      'f beat 350000 wakes',
      's loop 400000 wakes',
      'f beat 400000 wakes',
    ]);
  });

  it('has a process for each process of a machine, and what its threads lack beside what they do', () => {
    const entries = entriesOf(perfetto(pool()));
    const processes = entries
      .filter(({ name }) => name === 'process_name')
      .map(({ pid, args }) => [pid, args!.name]);
    expect(processes).toEqual([
      [1, 'event loop'],
      [2, 'main'],
      [3, 'pool-0'],
      [4, 'pool-1'],
    ]);
    expect(told(rivals(), 'X').filter((line) => line.startsWith('a '))).toEqual([
      'a 0+5000 run',
      'a 0+5000 count',
      'a 10000+5000 run',
      'a 10000+5000 count',
      'a 20000+2000 run',
      'a 20000+2000 count',
    ]);
    expect(told(rivals(), 'b').filter((line) => line.startsWith('a '))).toEqual([
      'a 5000 a: lacks the GIL',
      'a 15000 a: lacks the GIL',
    ]);
  });

  it('has in a run what was computed in it, and nothing twice', () => {
    const recorder = new Recorder();
    runThreads(
      function* () {
        const threads = ['a', 'b'].map((name) => new Thread(twoJobs, { name }).start());
        for (const thread of threads) yield* thread.join();
      },
      { trace: recorder },
    );
    function* twoJobs() {
      yield* busy(2, 'read');
      yield* busy(6, 'hash');
    }
    const events = [...recorder];
    expect(mistakes(perfetto(events))).toEqual([]);
    expect(told(events, 'X').filter((line) => line.startsWith('a '))).toEqual([
      'a 0+5000 run',
      'a 0+2000 read',
      'a 2000+3000 hash',
      'a 10000+3000 run',
      'a 10000+3000 hash',
    ]);
  });

  it('binds the arrow to a thread that was woken to its run, not to what it computed there', () => {
    const lines = told(rivals(), 'X', 'f').filter((line) => line.slice(2).startsWith('a '));
    expect(lines.slice(0, 3)).toEqual(['X a 0+5000 run', 'f a 0 wakes', 'X a 0+5000 count']);
  });

  it('marks what is printed and what goes wrong, where it does', () => {
    const recorder = new Recorder();
    const program = () =>
      runScript(
        () => {
          print('before');
          run(function* () {
            createTask(
              (function* () {
                yield* sleep(1);
                print('in a task');
                compute(2, 'think');
                throw new ValueError('too\nbad');
              })(),
              { name: 'child' },
            );
            yield* sleep(5);
          });
          compute(3, 'after');
        },
        { trace: recorder, print: () => {}, exceptionHandler: () => {} },
      );
    program();
    const events = [...recorder];
    expect(mistakes(perfetto(events))).toEqual([]);
    expect(told(events, 'i')).toEqual([
      'script 0 before',
      'child 1000 in a task',
      'child 3000 ValueError: too␤bad',
      'script 5000 Task child exception was never retrieved',
    ]);
    expect(told(events, 'X').filter((line) => line.startsWith('script'))).toEqual(['script 5000+3000 after']);
  });

  it('keeps the rules of the format, for every kind of program', () => {
    for (const events of [
      chores(),
      hog(),
      beat(),
      kitchen(),
      machines(),
      pool(),
      rivals(),
      script(),
      stretch(),
      [],
    ])
      expect(mistakes(perfetto(events))).toEqual([]);
  });

  it('keeps them for any log, even one that makes no sense', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        expect(mistakes(perfetto(events))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is held to rules that notice what is wrong', () => {
    const file = (...lines: object[]) => {
      const track = { ph: 'M', pid: 1, tid: 2, name: 'thread_name', args: { name: 'a' } };
      const entries = lines.map((line) => ({ pid: 1, tid: 2, name: 'x', ts: 0, ...line }));
      return mistakes(JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [track, ...entries] })).map(
        (one) => one.split(':')[0],
      );
    };
    expect(file({ ph: 'X', dur: 5 }, { ph: 'X', ts: 5, dur: 1 })).toEqual([]);
    expect(file({ ph: 'X', dur: 5 }, { ph: 'X', ts: 3, dur: 5 })).toEqual(['a slice that overlaps another']);
    expect(file({ ph: 'X', dur: null })).toEqual(['no length']);
    expect(file({ ph: 'b', id: 1 })).toEqual(['a beginning without an end']);
    expect(file({ ph: 'e', id: 1 })).toEqual(['an end without a beginning']);
    expect(file({ ph: 'b', id: 1 }, { ph: 'e', id: 1, name: 'y' })).toEqual(['an end of something else']);
    expect(file({ ph: 's', id: 1 })).toEqual([
      'an arrow that is bound to no slice',
      'an arrow without an end',
    ]);
    expect(file({ ph: 'i', s: 't', tid: 1 })).toEqual([
      'a track without a name',
      'track 1 would be taken for the main thread of a process',
    ]);
    expect(file({ ph: 'i', s: 't', ts: 2 }, { ph: 'i', s: 't', ts: 1 })).toEqual(['out of order']);
  });
});
