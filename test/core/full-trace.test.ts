import { describe, expect, it } from 'vitest';
import {
  busy,
  type Coroutine,
  Device,
  Recorder,
  run,
  runThreads,
  sleep,
  Thread,
  TraceLimitError,
} from '../../src/index.ts';

describe('a program whose trace is full', () => {
  it('is stopped, even if it catches everything', () => {
    function* stubborn(): Coroutine<void> {
      for (;;) {
        try {
          yield* sleep(1);
        } catch {
          // as if nothing had been
        }
      }
    }
    expect(() =>
      run(stubborn, { trace: new Recorder({ maxEvents: 100 }), exceptionHandler: () => {} }),
    ).toThrow(TraceLimitError);
  });

  it('is stopped, even if it asks again whatever fails', () => {
    const net = new Device({ name: 'net', latency: [10, 30], failureRate: 0.1 });
    function* poll(): Coroutine<void> {
      for (;;) {
        try {
          yield* net.request();
        } catch {
          // next time
        }
      }
    }
    expect(() => run(poll, { trace: new Recorder({ maxEvents: 1000 }), exceptionHandler: () => {} })).toThrow(
      TraceLimitError,
    );
  });

  it('is stopped, even if its threads catch everything', () => {
    const main = function* (): Coroutine<void> {
      const thread = new Thread(function* (): Coroutine<void> {
        for (;;) {
          try {
            yield* busy(1);
          } catch {
            // as if nothing had been
          }
        }
      }).start();
      yield* thread.join();
    };
    expect(() => runThreads(main, { trace: new Recorder({ maxEvents: 500 }) })).toThrow(TraceLimitError);
  });
});
