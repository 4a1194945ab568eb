import { describe, expect, it } from 'vitest';
import { type Coroutine, createTask, now, RuntimeError, run, shield, sleep } from '../../src/index.ts';
import { journal, runTold } from '../support/journal.ts';

describe('shield', () => {
  it('gives the result, or throws the exception, of what it shields', () => {
    const result = run(function* () {
      const failing = (function* (): Coroutine<void> {
        throw new RuntimeError('boom');
      })();
      let caught = '';
      try {
        yield* shield(failing);
      } catch (error) {
        caught = String(error);
      }
      return [yield* shield(sleep(5, 'saved')), now(), caught];
    });
    expect(result).toEqual(['saved', 5, 'RuntimeError: boom']);
  });

  it('lets the inner task go on when whoever awaits is cancelled', () => {
    const log = journal();
    run(function* () {
      const inner = createTask(
        (function* (): Coroutine<void> {
          yield* sleep(50);
          log('saved');
        })(),
        { name: 'save' },
      );
      const caller = createTask(
        (function* (): Coroutine<void> {
          yield* shield(inner);
        })(),
        { name: 'caller' },
      );
      yield* sleep(10);
      caller.cancel();
      yield* sleep(1);
      log(`caller ${caller.cancelled()}, inner ${inner.done()}`);
      yield* sleep(50);
    });
    expect(log.lines).toEqual(['11 Task-1: caller true, inner false', '50 save: saved']);
  });

  it('what is done already is given back as it is', () => {
    run(function* () {
      const task = createTask(sleep(1, 'x'));
      yield* task;
      expect(shield(task)).toBe(task);
    });
  });

  it('is cancelled with what it shields', () => {
    run(function* () {
      const inner = createTask(sleep(50));
      const outer = shield(inner);
      yield* sleep(1);
      inner.cancel();
      yield* sleep(1);
      expect([outer.cancelled(), outer.cancel()]).toEqual([true, false]);
    });
  });

  it('an error after the shield was cancelled is told to the exception handler, once for all shields', () => {
    const { reports } = runTold(function* (): Coroutine<void> {
      const inner = createTask(
        (function* (): Coroutine<void> {
          yield* sleep(5);
          throw new RuntimeError('boom');
        })(),
      );
      for (const shielded of [shield(inner), shield(inner)]) shielded.cancel();
      yield* sleep(10);
    });
    expect(reports).toEqual(['RuntimeError exception in shielded future: RuntimeError: boom']);
  });

  it('throws undefined and null, too', () => {
    for (const thrown of [undefined, null]) {
      const { result } = runTold(function* (): Coroutine<unknown> {
        try {
          yield* shield(
            (function* (): Coroutine<void> {
              yield* sleep(1);
              throw thrown;
            })(),
          );
        } catch (error) {
          return ['caught', error];
        }
        return 'nothing';
      });
      expect(result).toEqual(['caught', thrown]);
    }
  });
});
