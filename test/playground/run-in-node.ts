/** Runs programs as the playground's worker does, but here. */

import { runInThisContext } from 'node:vm';
import { execute, type ProgramFunction } from '../../src/playground/engine/execute.ts';
import { PROGRAM, type Run, readReply, type Values } from '../../src/playground/engine/protocol.ts';
import { mapped } from '../../src/playground/engine/runner.ts';
import { transform } from '../../src/playground/engine/transform.ts';

/** A run whose problems stand where the program was written; lines go to `print` while it runs. */
export function runInNode(
  source: string,
  values: Values = {},
  print: (line: string) => void = () => {},
  now?: () => number,
): Run {
  const transformed = transform(source);
  const nothing = { title: '', parts: [], figure: '', early: [], watch: [], question: '', parameters: [] };
  if (transformed.problem !== null) return { ...nothing, problem: transformed.problem };
  const { script, map } = transformed;
  let body: ProgramFunction = () => {};
  const scope = globalThis as { program?: (handed: ProgramFunction) => void };
  scope.program = (handed) => {
    body = handed;
  };
  runInThisContext(script, { filename: PROGRAM }); // as its sourceURL has it elsewhere
  delete scope.program;
  const posted = execute(body, { title: 'test', values, print, ...(now && { now }) });
  // Through the same gate as in the page.
  const reply = readReply(structuredClone(posted));
  if (reply.kind !== 'run') throw new Error('no run');
  return mapped(reply.run, map, source);
}
