/**
 * The parameters that a program declares, read from its text: so a program that came in a link has its sliders before it ever ran.
 *
 * Nothing is run for that, so only what stands there as it is can be read: one object of objects, of numbers and texts. What has to be
 * reckoned out (`max: LIMIT`) is known when the program has run.
 */

import { typescriptLanguage } from '@codemirror/lang-javascript';
import { ParameterError, setParameters } from './parameters.ts';
import type { Parameter } from './protocol.ts';

type SyntaxNode = ReturnType<typeof typescriptLanguage.parser.parse>['topNode'];

/**
 * The parameters that a program declares, with the values it gives them; null if it declares none, or none that make sense, or if only
 * a run can tell.
 *
 * @example declaredParameters('export const parameters = { tasks: { value: 3, min: 1, max: 9 } };')?.[0].value // 3
 */
export function declaredParameters(source: string): readonly Parameter[] | null {
  if (!source.includes('parameters')) return null;
  const top = typescriptLanguage.parser.parse(source).topNode;
  for (const exported of top.getChildren('ExportDeclaration')) {
    const declaration = exported.getChild('VariableDeclaration');
    const name = declaration?.getChild('VariableDefinition');
    const value = declaration?.getChild('Equals')?.nextSibling;
    if (!name || !value || source.slice(name.from, name.to) !== 'parameters') continue;
    try {
      return setParameters(literal(value, source), {});
    } catch (error) {
      if (error instanceof ParameterError || error instanceof NoLiteral) return null;
      throw error;
    }
  }
  return null;
}

/** A value can't be known without running the program. */
class NoLiteral extends Error {}

function literal(node: SyntaxNode, source: string): unknown {
  const text = source.slice(node.from, node.to);
  const { firstChild, lastChild } = node;
  switch (node.name) {
    case 'Number':
      return Number(text.replaceAll('_', ''));
    case 'String':
    case 'TemplateString':
      if (text.includes('\\') || firstChild !== null) break;
      return text.slice(1, -1);
    case 'UnaryExpression':
      if (firstChild?.name === 'ArithOp' && text.startsWith('-')) return -Number(literal(lastChild!, source));
      break;
    case 'BinaryExpression':
      // `{ … } as const`, and `satisfies`.
      if (node.getChild('as') ?? node.getChild('satisfies')) return literal(firstChild!, source);
      break;
    case 'ObjectExpression':
      return Object.fromEntries(node.getChildren('Property').map((one) => field(one, source)));
  }
  throw new NoLiteral();
}

function field(property: SyntaxNode, source: string): [string, unknown] {
  const { firstChild: name, lastChild: value } = property;
  if (name === null || value === null || property.getChild(':') === null) throw new NoLiteral();
  if (name.name === 'String') return [String(literal(name, source)), literal(value, source)];
  if (name.name !== 'PropertyDefinition') throw new NoLiteral();
  return [source.slice(name.from, name.to), literal(value, source)];
}
