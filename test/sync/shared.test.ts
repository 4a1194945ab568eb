import { describe, expect, it } from 'vitest';
import {
  always,
  busy,
  type Coroutine,
  createTask,
  gather,
  Recorder,
  run,
  runScript,
  runThreads,
  shared,
  sleep,
  story,
  Thread,
} from '../../src/index.ts';

function told(program: () => unknown): string[] {
  const recorder = new Recorder();
  runScript(program, { name: 'main', trace: recorder });
  return story(recorder.toTrace())
    .split('\n')
    .filter((line) => / (reads|writes) /.test(line))
    .map((line) => line.trim().replace(/ +/g, ' '));
}

describe('a shared cell', () => {
  it('is read and written like a value, and each time is told with who did it', () => {
    expect(
      told(function* (): Coroutine<void> {
        const counter = shared(0, 'counter');
        function* add(): Coroutine<void> {
          const seen = counter.value;
          yield* sleep(1);
          counter.value = seen + 1;
        }
        yield* gather(createTask(add(), { name: 'ann' }), createTask(add(), { name: 'bob' }));
        expect(counter.peek()).toBe(1);
      }),
    ).toEqual([
      '0 #2 ann reads counter: 0',
      '0 #2 bob reads counter: 0',
      '1 ms #4 ann writes counter: 1',
      '1 ms #4 bob writes counter: 1',
    ]);
  });

  it('may be one of threads, and without a name it has a number', () => {
    expect(
      told(() =>
        runThreads(function* () {
          const cell = shared('a');
          const write = function* (): Coroutine<void> {
            yield* busy(1);
            cell.value = 'b';
          };
          yield* new Thread(write, { name: 't' }).start().join();
        }),
      ),
    ).toEqual(['1 ms t writes cell 1: "b"']);
  });

  it('is not said to be read by a peek, nor by a claim that is checked between two steps', () => {
    expect(
      told(function* (): Coroutine<void> {
        const cell = shared(1);
        always(() => cell.value === 1);
        yield* sleep(1);
        cell.peek();
      }),
    ).toEqual([]);
  });

  it('is a plain value where nothing runs', () => {
    const cell = shared([1]);
    cell.value = [2];
    expect([
      cell.value,
      String(cell),
      run(function* () {
        return cell.value;
      }),
    ]).toEqual([[2], 'shared([2])', [2]]);
  });
});
