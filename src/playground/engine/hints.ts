/**
 * What is probably a mistake, and can be seen without running the program.
 *
 * Only one kind, the most common of all: a coroutine that is made and not awaited. TypeScript’s checker isn't here to tell, and the
 * loop can't: a generator of the learner's own that nobody ever started leaves no trace.
 */

import { typescriptLanguage } from '@codemirror/lang-javascript';
import type { Problem } from './protocol.ts';
import { placeAt } from './transform.ts';

/** Functions of the library that only make a coroutine. */
const LIBRARY: readonly string[] = ['sleep', 'wait', 'waitFor', 'toThread', 'busy', 'blocked', 'request'];

/**
 * The calls that make a coroutine and leave it lying there.
 *
 * @example hints('function* nap() {}\nnap();')[0].message // 'nap() only makes a coroutine, …'
 */
export function hints(source: string): Problem[] {
  const tree = typescriptLanguage.parser.parse(source);
  const makers = new Set<string>();
  tree.iterate({
    enter: ({ name, node }) => {
      const text = (child: string) => {
        const found = node.getChild(child);
        return found === null ? '' : source.slice(found.from, found.to);
      };
      if (name === 'FunctionDeclaration' && node.getChild('Star') && !node.getChild('async'))
        makers.add(text('VariableDefinition'));
      if (name === 'ImportDeclaration' && /^.loopscope.$/.test(text('String'))) {
        const names: readonly string[] = text('ImportGroup').match(/[\w$]+/g) ?? [];
        for (const known of LIBRARY) if (names.includes(known)) makers.add(known);
      }
    },
  });
  const found: Problem[] = [];
  tree.iterate({
    enter: ({ name, node }) => {
      if (name !== 'ExpressionStatement') return;
      const callee = node.getChild('CallExpression')?.getChild('VariableName');
      const called = callee ? source.slice(callee.from, callee.to) : '';
      if (!makers.has(called)) return;
      found.push({
        message: `${called}() only makes a coroutine, and nobody awaits it: did you mean yield* ${called}(…)?`,
        place: placeAt(source, node.from),
      });
    },
  });
  return found;
}
