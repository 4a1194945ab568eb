import { describe, expect, it } from 'vitest';
import { formatSchedule, replay, scheduleOf } from '../../src/explore/index.ts';
import {
  blockingSleep,
  busy,
  type Coroutine,
  createTask,
  Device,
  gather,
  print,
  run,
  runThreads,
  sleep,
  Thread,
  type Trace,
} from '../../src/index.ts';
import { messageOf } from '../support/journal.ts';

const printed = (trace: Trace) => [...trace].flatMap((event) => ('text' in event ? [event.text] : []));
const lineOf = (trace: Trace) => formatSchedule(scheduleOf(trace));

function* wake(name: string): Coroutine<void> {
  yield* sleep(5);
  print(name);
}

function* three(): Coroutine<void> {
  yield* gather(['a', 'b', 'c'].map((name) => createTask(wake(name), { name })));
}

function* asks(): Coroutine<void> {
  const net = new Device({ name: 'net', latency: [20, 80], failureRate: 0.5 });
  const answers = yield* gather([net.request(), net.request()], { returnExceptions: true });
  print(answers.map((answer) => (answer instanceof Error ? 'failed' : 'fine')).join(' '));
}

describe('a replay', () => {
  it('of nothing decided is the faithful run, and tells what could have been decided', () => {
    const { trace } = replay(three, 'seed=0 ...');
    expect(printed(trace)).toEqual(['a', 'b', 'c']);
    expect(lineOf(trace)).toBe('seed=0 timer/3-2');
    const [first] = [...trace].filter(({ kind }) => kind === 'choice');
    expect(first).toMatchObject({ what: 'timer', picked: 0, names: ['a', 'b', 'c'] });
  });

  it('goes as the schedule says', () => {
    expect(printed(replay(three, 'seed=0 timer=1/3 timer=1/2').trace)).toEqual(['b', 'c', 'a']);
    expect(printed(replay(three, 'seed=0 timer=2/3 ...').trace)).toEqual(['c', 'a', 'b']);
  });

  it('draws what was drawn, and leaves to chance what was left to it', () => {
    const { trace } = replay(asks, 'seed=4 ...');
    expect(lineOf(trace)).toBe('seed=4 latency fault latency fault');
    const { trace: changed } = replay(asks, 'seed=4 latency=77.5 fault=0.9 ...');
    expect(lineOf(changed)).toBe('seed=4 latency=77.5 fault=0.9 latency fault');
    // What comes by chance afterwards is what came before.
    const drawn = (of: Trace) => [...of].flatMap((event) => (event.kind === 'draw' ? [event.value] : []));
    expect(drawn(changed).slice(2)).toEqual(drawn(trace).slice(2));
    expect(drawn(changed).slice(0, 2)).toEqual([77.5, 0.9]);
  });

  it('of threads may interrupt one that takes its next piece of work', () => {
    let counter = 0;
    function* add(): Coroutine<void> {
      const seen = counter;
      yield* busy(1);
      counter = seen + 1;
    }
    const count = () => {
      counter = 0;
      runThreads(function* () {
        const threads = ['a', 'b'].map((name) => new Thread(add, { name }).start());
        for (const thread of threads) yield* thread.join();
        print(counter);
      });
    };
    const { trace } = replay(count, 'seed=0 ...');
    expect(printed(trace)).toEqual(['2']);
    expect(lineOf(trace)).toBe('seed=0 thread/2 preempt/2*2');
    const interrupted = replay(count, 'seed=0 thread/2 preempt=1/2 ...').trace;
    expect(printed(interrupted)).toEqual(['1']);
    expect([...interrupted].find((event) => event.kind === 'choice' && event.picked === 1)).toMatchObject({
      what: 'preempt',
      names: ['a goes on', 'a is interrupted'],
    });
  });

  it('decides for the threads of a script, too, while no loop runs', () => {
    const script = () => {
      for (const name of ['a', 'b', 'c'])
        new Thread(
          function* () {
            yield* busy(1);
            print(name);
          },
          { name },
        ).start();
      blockingSleep(20);
    };
    const { trace } = replay(script, 'seed=0 ...');
    expect(printed(trace)).toEqual(['a', 'b', 'c']);
    expect(lineOf(trace)).toBe('seed=0 thread/3 preempt/2 thread/2 preempt/2');
    expect(printed(replay(script, 'seed=0 thread=2/3 ...').trace)).toEqual(['c', 'a', 'b']);
  });

  it('of the ready queue is adversarial, and says so', () => {
    const program = function* (): Coroutine<void> {
      yield* gather(
        ['a', 'b'].map(function* (name): Coroutine<void> {
          print(name);
          yield* sleep(0);
        }),
      );
    };
    const { trace } = replay(program, 'seed=0 adversarial ready=1/2 ...');
    expect(printed(trace)).toEqual(['b', 'a']);
    expect(lineOf(trace)).toMatch(/^seed=0 adversarial ready=1\/2 /);
    expect(printed(replay(program, lineOf(trace)).trace)).toEqual(['b', 'a']);
  });

  it('keeps what the program throws', () => {
    const { error, trace } = replay(function* (): Coroutine<void> {
      yield* sleep(5);
      throw new Error('no');
    }, 'seed=0');
    expect(String(error)).toBe('Error: no');
    expect(trace.endTime).toBe(5);
  });

  it.each([
    [
      'seed=0 timer/2 ...',
      "the schedule doesn't fit the program: decision 1 of 1 was timer/2, and the program asks to choose between 3 (timer)",
    ],
    [
      'seed=0 thread/3 ...',
      "the schedule doesn't fit the program: decision 1 of 1 was thread/3, and the program asks to choose between 3 (timer)",
    ],
    [
      'seed=0 latency',
      "the schedule doesn't fit the program: decision 1 of 1 was latency, and the program asks to choose between 3 (timer)",
    ],
    [
      'seed=0 timer/3',
      "the schedule doesn't fit the program: it has 1 decisions, and the program goes on and asks to choose between 2 (timer)",
    ],
    [
      'seed=0 timer/3 timer/2 timer/4',
      "the schedule doesn't fit the program: it has 3 decisions, and the program was over after 2; the next would have been timer/4",
    ],
  ])('that does not fit the program says where: %s', (line, message) => {
    expect(messageOf(() => replay(three, line))).toBe(`ScheduleError: ${message}`);
  });

  it('that does not fit is told even if the program catches everything', () => {
    const program = function* (): Coroutine<void> {
      try {
        run(three);
      } catch {
        yield* sleep(1);
      }
      try {
        yield* new Device({ latency: [1, 2] }).request();
      } catch {
        // as if nothing had been
      }
    };
    expect(messageOf(() => replay(program, 'seed=0 fault'))).toBe(
      "ScheduleError: the schedule doesn't fit the program: decision 1 of 1 was fault, and the program asks to draw a latency",
    );
  });
});
