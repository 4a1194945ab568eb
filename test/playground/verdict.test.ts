/** What is said beside *Run* when a run has ended. */

import { describe, expect, it } from 'vitest';
import type { Ending } from '../../src/playground/engine/runner.ts';
import { failures, verdict } from '../../src/playground/ui/verdict.ts';
import { runInNode } from './run-in-node.ts';

const ending = (source: string): Ending => ({ kind: 'run', run: runInNode(source) });
const main = (body: string) => `import { print, sleep } from 'loopscope';
export default function* main() { ${body} }`;
const demo = (parts: string) => `import { demo } from 'loopscope/node';
import { sleep } from 'loopscope';
export default demo(import.meta, { title: 'tea', watch: [], question: '', parts: [${parts}] });`;

describe('how a run went', () => {
  it.each([
    ['ran, 3 min of virtual time', main('yield* sleep(180_000);')],
    ['ran, all of it at 0 ms', main("print('x');")],
    ['failed at 400 ms', main("yield* sleep(400); throw new Error('x');")],
    ['failed at 0 ms', main("throw new Error('x');")],
    ['stopped at 1.818 s', main('for (;;) yield* sleep(1);')],
    ['could not be run', 'export default 3;'],
    ['ran', "console.log('only text');"],
    [
      'failed at 5 ms',
      demo(`{ title: 'well', program: () => sleep(9) },
        { title: 'badly', program: function* () { yield* sleep(5); throw new Error('x'); } }`),
    ],
    [
      'ran, 5 ms of virtual time',
      demo(
        "{ title: '', fails: RangeError, program: function* () { yield* sleep(5); throw new RangeError('x'); } }",
      ),
    ],
  ])('is told in a few words: %s', (said, source) => {
    expect(verdict(ending(source))).toBe(said);
    expect(failures(ending(source)).length > 0).toBe(!said.startsWith('ran'));
  });

  it('is told of what has no run, too', () => {
    const broken: Ending = { kind: 'problem', problem: { message: 'SyntaxError: x', place: null } };
    expect([verdict(broken), failures(broken)]).toEqual([
      'could not be run',
      [{ part: '', problem: { message: 'SyntaxError: x', place: null } }],
    ]);
    const ended: Ending = { kind: 'stopped', after: 1_234, byReader: true };
    expect([verdict(ended), failures(ended)[0]!.problem.message]).toEqual([
      'stopped',
      'You stopped it after 1.2 s.',
    ]);
  });

  it('names the part that failed, where there are several', () => {
    const source = demo(
      "{ title: 'well', program: () => sleep(9) }, { title: 'badly', program: () => { throw new Error('x'); } }",
    );
    expect(failures(ending(source)).map(({ part, problem }) => [part, problem.message])).toEqual([
      ['badly', 'Error: x'],
    ]);
  });
});
