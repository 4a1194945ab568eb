/**
 * Tasks that were cancelled since `main` was over before them, and that nobody could wait for: `createTask(tea());` as a statement of
 * its own throws the only handle to the task away.
 *
 * It is no error. asyncio.run does the same, and without a word, so whoever meets it wonders where half of the output has gone.
 */

import { typescriptLanguage } from '@codemirror/lang-javascript';
import type { Trace } from '../../trace/trace.ts';
import { formatDuration } from '../../views/time.ts';
import { list } from '../../views/words.ts';
import { placeAt } from './mistake.ts';
import type { Problem } from './protocol.ts';

/**
 * What to say of the tasks of a run that ended with `main`; [] if there are none, or if the program keeps all of its tasks.
 *
 * @example leftBehind(trace, source)[0]?.message // 'tea was cancelled: main ended at 1 ms, and nobody waits for it. …'
 */
export function leftBehind(trace: Trace, source: string): Problem[] {
  const starts = bareStarts(source);
  if (starts.length === 0) return [];
  const names = new Map<number, string>();
  const awaited = new Set<number>();
  const cancelled: number[] = [];
  let isOver = false;
  let end = 0;
  for (const event of trace) {
    if (event.kind === 'task:create' || event.kind === 'task:rename') names.set(event.task, event.name);
    else if (event.kind === 'task:wait' && event.on === 'task') awaited.add(event.target);
    else if (event.kind === 'loop:run') isOver = false;
    else if (event.kind === 'loop:return') {
      isOver = true;
      end = event.time;
    }
    // What the loop cancels while it doesn't run, it cancels because it is about to be closed.
    else if (event.kind === 'task:cancel' && isOver) cancelled.push(event.task);
  }
  const left = cancelled.filter((task) => !awaited.has(task)).map((task) => names.get(task) ?? '');
  if (left.length === 0) return [];
  const [were, them] = left.length === 1 ? ['was', 'it'] : ['were', 'them'];
  return [
    {
      message: `${list(left)} ${were} cancelled: main ended at ${formatDuration(end)}, and nobody waits for ${them}. asyncio.run does the same. Keep the task, and wait for it: const task = createTask(…), and yield* task at the end.`,
      place: starts.length === 1 ? placeAt(source, starts[0]!) : null,
    },
  ];
}

/** Where a task is started by a statement of its own, so that nothing is left to wait for it by. */
function bareStarts(source: string): number[] {
  const found: number[] = [];
  if (!source.includes('createTask')) return found;
  typescriptLanguage.parser.parse(source).iterate({
    enter: ({ name, node, from }) => {
      if (name !== 'ExpressionStatement') return;
      const callee = node.getChild('CallExpression')?.getChild('VariableName');
      if (callee && source.slice(callee.from, callee.to) === 'createTask') found.push(from);
    },
  });
  return found;
}
