/** Runs programs as the playground's worker does, but here. */

import { runInThisContext } from 'node:vm';
import { execute, type ProgramFunction } from '../../src/playground/engine/execute.ts';
import { locateIn } from '../../src/playground/engine/problem.ts';
import { type Problem, type Run, readReply, type Values } from '../../src/playground/engine/protocol.ts';
import { transform } from '../../src/playground/engine/transform.ts';

let count = 0;

/** A run whose problems stand where the program was written; lines go to `print` while it runs. */
export function runInNode(
  source: string,
  values: Values = {},
  print: (line: string) => void = () => {},
): Run {
  const transformed = transform(source);
  const nothing = { title: '', parts: [], figure: '', early: [], watch: [], question: '', parameters: [] };
  if (transformed.problem !== null) return { ...nothing, problem: transformed.problem };
  const { script, map } = transformed;
  const url = `blob:test/${++count}`;
  let body: ProgramFunction = () => {};
  const scope = globalThis as { program?: (handed: ProgramFunction) => void };
  scope.program = (handed) => {
    body = handed;
  };
  runInThisContext(script, { filename: url });
  delete scope.program;
  const posted = execute(body, { title: 'test', values, locate: locateIn(url), print });
  // Through the same gate as in the page.
  const reply = readReply(structuredClone(posted));
  if (reply.kind !== 'run') throw new Error('no run');
  const back = (problem: Problem | null) =>
    problem && { ...problem, place: problem.place && map.back(problem.place) };
  return {
    ...reply.run,
    problem: back(reply.run.problem),
    parts: reply.run.parts.map((part) => ({ ...part, problem: back(part.problem) })),
  };
}
