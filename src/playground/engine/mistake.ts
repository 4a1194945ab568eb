/**
 * The mistakes after which there is nothing to run, and which a browser tells in words that help nobody.
 *
 * A `yield*` in a function without a star is the commonest of all, and is called an “unexpected strict mode reserved word”. And
 * whoever knows asyncio pastes Python, of which a parser of JavaScript only says that a semicolon is missing.
 */

import { typescriptLanguage } from '@codemirror/lang-javascript';
import type { Place, Problem } from './protocol.ts';

type SyntaxNode = ReturnType<typeof typescriptLanguage.parser.parse>['topNode'];

/**
 * The first of these mistakes, at its line; null if there is none.
 *
 * @example mistake('function main() { yield* sleep(1); }')?.message // 'yield* works only in a function*: add the star: …'
 */
export function mistake(source: string): Problem | null {
  const tree = typescriptLanguage.parser.parse(source);
  let isBroken = false;
  let lost: SyntaxNode | null = null;
  tree.iterate({
    enter: ({ name, node, type }) => {
      if (type.isError) isBroken = true;
      if (name === 'YieldExpression' && !isCoroutine(functionAround(node))) lost ??= node;
    },
  });
  if (isBroken) {
    const line = pythonLine(source);
    if (line > 0) return { message: PYTHON, place: { line, column: 1 } };
  }
  return lost && { message: strayYield(lost, source), place: placeAt(source, (lost as SyntaxNode).from) };
}

/** The place of an offset. */
export function placeAt(source: string, offset: number): Place {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** What to say of a program in Python. */
export const PYTHON = `This is Python, and what runs here is JavaScript or TypeScript:
for async def main(): write function* main() { … }
for await asyncio.sleep(1) write yield* sleep(1000); times are milliseconds
for import asyncio write import { print, sleep } from 'loopscope';
and for asyncio.run(main()) write export default main;`;

/** Lines that only Python has. Each of them is a mistake in JavaScript, so they are looked for where there is one. */
const ONLY_PYTHON = [
  /^\s*(async\s+)?def\s+\w+\s*\(/,
  /^\s*import\s+\w+(\.\w+)*(\s+as\s+\w+)?\s*$/,
  /^\s*from\s+[\w.]+\s+import\s/,
  /^\s*(async\s+)?(if|elif|else|for|while|with|try|except|finally|class)\b[^{}]*:\s*(#.*)?$/,
];

/** The first line of Python, from 1; 0: there is none. */
function pythonLine(source: string): number {
  return source.split('\n').findIndex((line) => ONLY_PYTHON.some((form) => form.test(line))) + 1;
}

/** The function in whose body something stands; null: none. */
function functionAround(node: SyntaxNode): SyntaxNode | null {
  for (let around = node.parent; around !== null; around = around.parent) {
    if (/^(Function(Declaration|Expression)|ArrowFunction|MethodDeclaration)$/.test(around.name))
      return around;
    // `{ boil() { … } }`
    if (around.name === 'Property' && around.getChild('ParamList')) return around;
  }
  return null;
}

function isCoroutine(around: SyntaxNode | null): boolean {
  return around?.getChild('Star') != null && around.getChild('async') === null;
}

function strayYield(node: SyntaxNode, source: string): string {
  const works = `yield${node.getChild('Star') ? '*' : ''} works only in a function*`;
  const around = functionAround(node);
  if (around === null) {
    return `${works}, and here it stands outside of all functions: put it into function* main() { … }, and end the program with export default main;`;
  }
  const textOf = (child: SyntaxNode | null) => (child === null ? '' : source.slice(child.from, child.to));
  const { line } = placeAt(source, around.from);
  const parameters = textOf(around.getChild('ParamList'));
  const list = parameters.startsWith('(') ? parameters : `(${parameters})`;
  if (around.name === 'ArrowFunction') {
    return `${works}, and an arrow function can’t be one: write function* ${list} { … } in line ${line}`;
  }
  const isMethod = around.name === 'Property' || around.name === 'MethodDeclaration';
  const name = textOf(around.getChild(isMethod ? 'PropertyDefinition' : 'VariableDefinition'));
  const wanted = isMethod ? `*${name}${list}` : `function* ${name}${list}`;
  return around.getChild('async')
    ? `${works}, and an async function can’t be one: write ${wanted} in line ${line}`
    : `${works}: add the star: ${wanted} in line ${line}`;
}
