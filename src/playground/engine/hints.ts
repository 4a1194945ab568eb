/**
 * What is probably a mistake, and can be seen without running the program.
 *
 * They are the mistakes that everybody makes first, and all are about awaiting: a coroutine that is made and not awaited, a `yield`
 * without its star, and the `async` and `await` of JavaScript’s own event loop. TypeScript’s checker isn't here to tell, and the loop
 * often can't: a generator that nobody ever started leaves no trace.
 */

import { typescriptLanguage } from '@codemirror/lang-javascript';
import { mistake, PYTHON, placeAt } from './mistake.ts';
import type { Place, Problem } from './protocol.ts';

type SyntaxNode = ReturnType<typeof typescriptLanguage.parser.parse>['topNode'];

/** Functions of the library that only make a coroutine. */
const LIBRARY: readonly string[] = ['sleep', 'wait', 'waitFor', 'toThread', 'busy', 'blocked', 'request'];

/**
 * The calls that make a coroutine and leave it lying there, and what else is awaited in the wrong way.
 *
 * @example hints('function* nap() {}\nexport default function* () { nap(); }')[0].message // 'nap() only makes a coroutine, …'
 */
export function hints(source: string): Problem[] {
  const first = mistake(source);
  if (first?.message === PYTHON) return [first]; // there is no more to say of it
  const tree = typescriptLanguage.parser.parse(source);
  const textOf = (node: SyntaxNode | null) => (node === null ? '' : source.slice(node.from, node.to));
  const makers = new Set<string>();
  const imported = new Set<string>();
  tree.iterate({
    enter: ({ name, node }) => {
      if (name === 'FunctionDeclaration' && node.getChild('Star') && !node.getChild('async')) {
        const named = textOf(node.getChild('VariableDefinition'));
        if (named !== '') makers.add(named); // a main that is exported at once needs no name
      }
      if (name === 'ImportDeclaration' && /^.loopscope.$/.test(textOf(node.getChild('String'))))
        for (const one of textOf(node.getChild('ImportGroup')).match(/[\w$]+/g) ?? []) imported.add(one);
    },
  });
  for (const known of LIBRARY) if (imported.has(known)) makers.add(known);
  const called = (node: SyntaxNode | null) => textOf(node?.getChild('VariableName') ?? null);

  const found: Problem[] = first === null ? [] : [first];
  const hint = (node: SyntaxNode, message: string) =>
    found.push({ message, place: placeAt(source, node.from) });
  tree.iterate({
    enter: ({ name, node }) => {
      if (name === 'ExpressionStatement') {
        const callee = called(node.getChild('CallExpression'));
        if (makers.has(callee)) hint(node, leftLying(callee, node));
        else if (callee === 'gather' && imported.has(callee))
          hint(node, 'gather() starts them, and nobody waits for them: did you mean yield* gather(…)?');
      }
      if (name === 'VariableDeclaration') {
        const [variable, callee] = [
          textOf(node.getChild('VariableDefinition')),
          called(node.getChild('CallExpression')),
        ];
        if (makers.has(callee) && !isHandedOn(node, variable, source))
          hint(
            node,
            `${variable} is a coroutine that nobody awaits: did you mean ${variable} = yield* ${callee}(…)?`,
          );
      }
      if (name === 'YieldExpression' && node.getChild('Star') === null) {
        const callee = called(node.getChild('CallExpression'));
        if (makers.has(callee) || (imported.has(callee) && ['gather', 'createTask'].includes(callee)))
          hint(node, `the star is missing: write yield* ${callee}(…)`);
      }
      if (name === 'async') hint(node, ASYNC);
      if (name === 'AwaitExpression' && !isInAsync(node)) hint(node, AWAIT);
    },
  });
  return found;
}

const ASYNC =
  'async and await belong to JavaScript’s own event loop, which does not run here: write function* instead of async function, and yield* instead of await';
const AWAIT = 'await is written yield* here, and works in a function*';

/** Where something is yielded without a star, if that is so at one place only: whoever is told of a bad yield looks for it. */
export function loneYield(source: string): Place | null {
  const found: number[] = [];
  typescriptLanguage.parser.parse(source).iterate({
    enter: ({ name, node, from }) => {
      if (name === 'YieldExpression' && !node.getChild('Star') && node.lastChild?.name !== 'yield')
        found.push(from);
    },
  });
  return found.length === 1 ? placeAt(source, found[0]!) : null;
}

/** What to say of a coroutine that is made by a statement of its own. */
function leftLying(callee: string, statement: SyntaxNode): string {
  // Outside of all functions nobody can await.
  return statement.parent?.name === 'Script'
    ? `${callee}() only makes a coroutine, and nothing runs it: end the program with export default ${callee};`
    : `${callee}() only makes a coroutine, and nobody awaits it: did you mean yield* ${callee}(…)?`;
}

/** Whether something is done with a variable besides printing it, in the function (or program) that it belongs to. */
function isHandedOn(declaration: SyntaxNode, variable: string, source: string): boolean {
  let scope = declaration;
  while (scope.parent !== null && !/Function|Method/.test(scope.name)) scope = scope.parent;
  let isUsed = false;
  scope.cursor().iterate(({ name, node, from, to }) => {
    if (name === 'VariableName' && source.slice(from, to) === variable && !isPrinted(node, source))
      isUsed = true;
    // `{ making }` is a use as well.
    if (name === 'PropertyDefinition' && source.slice(from, to) === variable) isUsed = true;
  });
  return isUsed;
}

function isPrinted({ parent }: SyntaxNode, source: string): boolean {
  if (parent?.name === 'Interpolation') return true;
  const call = parent?.name === 'ArgList' ? parent.parent : null;
  return call !== null && /^(print|console\.\w+)\(/.test(source.slice(call.from, call.to));
}

function isInAsync(node: SyntaxNode): boolean {
  for (let around = node.parent; around !== null; around = around.parent)
    if (around.getChild('async') !== null) return true;
  return false;
}
