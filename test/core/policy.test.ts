import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  Device,
  EventLoop,
  gather,
  getRunningLoop,
  Recorder,
  run,
  type SchedulingPolicy,
  sleep,
} from '../../src/index.ts';
import { journal, messageOf } from '../support/journal.ts';

const lastFirst: SchedulingPolicy = { choose: (_, candidates) => candidates - 1 };

/** A policy that answers by `choose` and keeps what it was asked. */
function asked(choose: (kind: string, candidates: number) => number = () => 0) {
  const questions: string[] = [];
  const policy: SchedulingPolicy = {
    choose: (kind, candidates) => {
      questions.push(`${kind} ${candidates}`);
      return choose(kind, candidates);
    },
  };
  return { policy, questions };
}

function timersOf(policy: SchedulingPolicy | undefined, whens: number[]): string[] {
  const loop = new EventLoop(policy ? { policy } : {});
  const calls: string[] = [];
  whens.forEach((when, n) => void loop.callAt(when, () => calls.push(`${loop.time()} ${n}`)));
  loop.runUntilIdle();
  return calls;
}

describe('a policy', () => {
  it('picks among timers of one deadline, again and again until one is left', () => {
    expect(timersOf(lastFirst, [5, 5, 5, 7])).toEqual(['5 2', '5 1', '5 0', '7 3']);
    const { policy, questions } = asked((_, candidates) => candidates - 2);
    expect(timersOf(policy, [5, 5, 5, 7])).toEqual(['5 1', '5 0', '5 2', '7 3']);
    expect(questions).toEqual(['timer 3', 'timer 2']);
  });

  it('is asked about timers of one deadline only, never to put a later one first, even when both are overdue', () => {
    const { policy, questions } = asked((_, candidates) => candidates - 1);
    const loop = new EventLoop({ policy });
    const calls: number[] = [];
    for (const [n, when] of [6, 5, 6].entries()) loop.callAt(when, () => calls.push(n));
    loop.callSoon(() => loop.world.burn(10, ''));
    loop.runUntilIdle();
    expect(calls).toEqual([1, 2, 0]);
    expect(questions).toEqual(['timer 2']);
  });

  it('picks among tasks that sleep equally long', () => {
    const log = journal();
    function* nap(): Coroutine<void> {
      yield* sleep(5);
      log('wakes');
    }
    run(
      function* () {
        yield* gather(['a', 'b', 'c'].map((name) => createTask(nap(), { name })));
      },
      { policy: lastFirst },
    );
    expect(log.lines).toEqual(['5 c: wakes', '5 b: wakes', '5 a: wakes']);
  });

  it('picks among completions of one moment', () => {
    const { policy, questions } = asked((_, candidates) => candidates - 1);
    const log = journal();
    run(
      function* () {
        const net = new Device({ latency: 10 });
        function* get(): Coroutine<void> {
          yield* net.request();
          log('answered');
        }
        yield* gather(['a', 'b', 'c'].map((name) => createTask(get(), { name })));
      },
      { policy },
    );
    expect(log.lines).toEqual(['10 c: answered', '10 b: answered', '10 a: answered']);
    expect(questions).toEqual(['completion 3', 'completion 2']);
  });

  it('is told what the candidates are called', () => {
    const named: string[] = [];
    const policy: SchedulingPolicy = {
      adversarial: true,
      choose: (kind, candidates, nameOf) => {
        named.push(`${kind}: ${Array.from({ length: candidates }, (_, index) => nameOf(index)).join(', ')}`);
        return 0;
      },
    };
    run(
      function* () {
        const net = new Device({ name: 'net', latency: 10 });
        function* get(page: string): Coroutine<void> {
          yield* net.request({ label: page });
        }
        createTask(get('/a'), { name: 'ann' });
        yield* gather(createTask(get('/b'), { name: 'bob' }), net.request({ label: '/c' }));
        const loop = getRunningLoop();
        loop.callLater(5, function ring() {});
        loop.callLater(5, function knock() {});
        yield* sleep(5);
      },
      { policy, name: 'main' },
    );
    expect(named).toEqual([
      'ready: ann, bob',
      'completion: net /c, net /a for ann, net /b for bob', // /c was asked for at once, as the argument of gather
      'completion: net /a for ann, net /b for bob',
      'ready: net /c, net /a for ann, net /b for bob',
      'ready: net /a for ann, net /b for bob',
      'ready: gather(), ann, bob',
      'ready: ann, bob',
      'timer: ring(), knock(), main',
      'timer: knock(), main',
      'ready: ring(), knock(), main',
      'ready: knock(), main',
    ]);
  });

  it('that only picks the first changes nothing', () => {
    expect(timersOf(asked().policy, [5, 3, 5, 3, 5])).toEqual(timersOf(undefined, [5, 3, 5, 3, 5]));
  });

  it('finds all tasks that are not done, those whose time it orders among them', () => {
    const seen: string[][] = [];
    const policy: SchedulingPolicy = {
      choose: (_, candidates) => {
        seen.push(loop.allTasks().map((task) => `${task.name} ${task.done()}`));
        return candidates - 1;
      },
    };
    const loop = new EventLoop({ policy });
    function* nap(): Coroutine<void> {
      yield* sleep(5);
    }
    // Its sleep is begun and forgotten: the task is over when the time comes.
    function* careless(): Coroutine<void> {
      sleep(5).next();
    }
    const failed = loop.createTask(careless());
    for (let i = 0; i < 2; i++) loop.createTask(nap());
    loop.runUntilIdle();
    const both = ['Task-2 false', 'Task-3 false'];
    expect(seen).toEqual([both, both]);
    expect(messageOf(() => failed.result())).toContain('without yield*');
    expect([failed.done(), loop.allTasks()]).toEqual([true, []]);
  });

  it('is not asked where there is nothing to choose', () => {
    const { policy, questions } = asked();
    run(
      function* () {
        yield* sleep(5);
        yield* new Device({ latency: 3 }).request();
        yield* gather(sleep(1), sleep(2));
      },
      { policy },
    );
    expect(questions).toEqual([]);
  });

  it('leaves the ready queue alone, unless it is adversarial', () => {
    const order = (policy: SchedulingPolicy) => {
      const loop = new EventLoop({ policy });
      const calls: string[] = [];
      for (const name of ['a', 'b', 'c']) loop.callSoon(() => calls.push(name));
      loop.callSoon(() => loop.callSoon(() => calls.push('next iteration')));
      loop.runUntilIdle();
      return calls;
    };
    expect(order(lastFirst)).toEqual(['a', 'b', 'c', 'next iteration']);
    const { policy, questions } = asked((_, candidates) => candidates - 1);
    expect(order({ ...policy, adversarial: true })).toEqual(['c', 'b', 'a', 'next iteration']);
    expect(questions).toEqual(['ready 4', 'ready 3', 'ready 2']);
    expect(order({ adversarial: true })).toEqual(['a', 'b', 'c', 'next iteration']);
  });

  it('in adversarial mode is asked by each driver alike', () => {
    const order = (drive: (loop: EventLoop) => void) => {
      const loop = new EventLoop({ policy: { ...lastFirst, adversarial: true } });
      const calls: string[] = [];
      for (const name of ['a', 'b', 'c']) loop.callSoon(() => calls.push(name));
      drive(loop);
      return calls.join('');
    };
    expect(order((loop) => loop.runUntilIdle())).toBe('cba');
    expect(
      order((loop) => {
        while (loop.runHandle());
      }),
    ).toBe('cba');
    expect(order((loop) => loop.runIteration())).toBe('cba');
  });

  it.each([3, -1, 0.5, Number.NaN, '0' as unknown as number])('that picks %s of 3 is in error', (picked) => {
    const quoted = typeof picked === 'string' ? '"0"' : String(picked);
    expect(messageOf(() => timersOf({ choose: () => picked }, [5, 5, 5]))).toBe(
      `ValueError: the policy picked ${quoted} of 3 candidates for timer: it must pick 0 to 2`,
    );
  });

  it('is heard in the trace: what it picked, of how many, for what', () => {
    const recorder = new Recorder();
    const loop = new EventLoop({ policy: lastFirst, trace: recorder });
    for (let n = 0; n < 3; n++) loop.callAt(5, () => {});
    loop.runUntilIdle();
    const choices = [...recorder.toTrace()].filter(({ kind }) => kind === 'choice');
    expect(choices).toMatchObject([
      { picked: 2, candidates: 3, what: 'timer' },
      { picked: 1, candidates: 2, what: 'timer' },
    ]);
  });

  it('draws latencies and faults; what it leaves open is drawn by chance', () => {
    const questions: string[] = [];
    const main = function* (): Coroutine<unknown> {
      const device = new Device({ latency: [20, 80], failureRate: 0.5 });
      const answers = yield* gather([device.request({ result: 'fine' }), device.request()], {
        returnExceptions: true,
      });
      return answers.map(String);
    };
    const draws = [30, 0.9, 70, 0.1];
    const result = run(main, {
      policy: {
        draw: (kind, low, high) => {
          questions.push(`${kind} ${low} ${high}`);
          return draws.shift();
        },
      },
    });
    expect(questions).toEqual(['latency 20 80', 'fault 0 1', 'latency 20 80', 'fault 0 1']);
    expect(result).toEqual(['fine', 'DeviceError: the request to the device device failed']);
    const open = { policy: { draw: () => undefined }, seed: 3 };
    expect(run(main, open)).toEqual(run(main, { seed: 3 }));
  });

  it('that draws outside of the range is in error', () => {
    const main = function* (): Coroutine<void> {
      yield* new Device({ latency: [20, 80] }).request();
    };
    expect(messageOf(() => run(main, { policy: { draw: () => 81 } }))).toBe(
      'ValueError: the policy drew 81 for latency: it must be from 20 to 80',
    );
  });

  it('draws latencies around a mean as well: nothing is left to chance that a replay would miss', () => {
    const questions: string[] = [];
    const main = function* (): Coroutine<void> {
      yield* new Device({ latency: { mean: 10 } }).request();
    };
    run(main, {
      policy: {
        draw: (kind) => {
          questions.push(kind);
          return undefined;
        },
      },
    });
    expect(questions).toEqual(['latency']);
  });

  it('has its draws in the trace, so that a trace can be replayed', () => {
    const recorder = new Recorder();
    const main = function* (): Coroutine<void> {
      yield* new Device({ latency: [20, 80] }).request();
    };
    run(main, { trace: recorder, policy: { draw: () => 30 } });
    expect([...recorder.toTrace()].filter(({ kind }) => kind === 'draw')).toMatchObject([
      { value: 30, low: 20, high: 80, what: 'latency', by: 'policy' },
    ]);
  });
});
