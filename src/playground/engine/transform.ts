/**
 * From what a learner writes to what a browser runs: types are cut out, imports become calls of `require`.
 *
 * The program becomes a script that hands itself over as one function, `program((exports, require, …) => { … })`. It stays on its
 * own lines, so an error's line is right by itself, and its column is looked up in the map. Its loops are watched (loops.ts).
 *
 * What a program may import is decided here, before it runs: loopscope and its explorer, and of `loopscope/node` only `demo`,
 * so that the demos run as they are. Everything else is refused at its line. (A program that gets around this finds nothing:
 * the worker has no other modules, and no network.)
 */

import { typescriptLanguage } from '@codemirror/lang-javascript';
import { transform as strip } from 'sucrase';
import { ROUND, watched } from './loops.ts';
import { mistake, placeAt } from './mistake.ts';
import { type Place, PROGRAM, type Problem } from './protocol.ts';
import { PlaceMap } from './source-map.ts';

/** What a program may import. */
export const DOORS = ['loopscope', 'loopscope/explore', 'loopscope/node'] as const;

const OPENING = `program((exports, require, importMeta_, ${ROUND}) => { `;
/** In stacks, and so in messages, it has its own name, and not the address that it was loaded from. */
const CLOSING = `\n});\n//# sourceURL=${PROGRAM}\n`;
/** Stands for `import.meta`, which a script can't say; as long, so that columns stay. */
const META = 'importMeta_';

/** A program that a worker can run, or why there is none. */
export type Transformed =
  | { readonly script: string; readonly map: PlaceMap; readonly problem: null }
  | { readonly problem: Problem };

/**
 * Transforms a program. Never throws: a mistake in the program is the `problem`, with its place.
 *
 * @example transform('const n: number = 3;').problem // null
 */
export function transform(source: string): Transformed {
  const refused = mistake(source) ?? refusedImport(source);
  if (refused !== null) return { problem: refused };
  const { text, back } = watched(source);
  try {
    const { code, sourceMap } = strip(withoutMeta(text), {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
      filePath: PROGRAM,
      sourceMapOptions: { compiledFilename: 'program.js' },
    });
    return {
      script: `${OPENING}${code}${CLOSING}`,
      map: new PlaceMap(sourceMap?.mappings ?? '', OPENING.length, back),
      problem: null,
    };
  } catch (error) {
    const problem = syntaxProblem(source, error);
    return { problem: { ...problem, place: problem.place && back(problem.place) } };
  }
}

/** The library's parser of errors says where, the editor's says where if it doesn't. */
function syntaxProblem(source: string, error: unknown): Problem {
  const { loc, message } = error as { loc?: { line: number; column: number }; message?: string };
  const text = String(message ?? error)
    .replace(/^Error transforming [^:]*: /, '')
    .replace(/\s*\(\d+:\d+\)$/, '');
  // Some end with "(3:7)" and have no `loc`.
  const written = /\((\d+):(\d+)\)$/.exec(String(message));
  const place = loc ?? (written ? { line: Number(written[1]), column: Number(written[2]) } : null);
  return {
    message: `SyntaxError: ${text}`,
    place: place ? { line: place.line, column: Math.max(1, place.column) } : firstError(source),
  };
}

function firstError(source: string): Place | null {
  let place: Place | null = null;
  typescriptLanguage.parser.parse(source).iterate({
    enter: ({ type, from }) => {
      if (type.isError && place === null) place = placeAt(source, from);
    },
  });
  return place;
}

/** The first import of what there isn't. */
function refusedImport(source: string): Problem | null {
  let found: Problem | null = null;
  typescriptLanguage.parser.parse(source).iterate({
    enter: ({ name, node, from }) => {
      if (found !== null) return false;
      if (name === 'DynamicImport') {
        found = { message: `import() is not known here: ${ONLY}`, place: placeAt(source, from) };
      } else if (name === 'ImportDeclaration' || name === 'ExportDeclaration') {
        const specifier = node.getChild('String');
        if (specifier === null) return true;
        const wanted = source.slice(specifier.from + 1, specifier.to - 1);
        const problem = refusal(wanted);
        if (problem !== null) found = { message: problem, place: placeAt(source, specifier.from) };
      }
      return true;
    },
  });
  return found;
}

const ONLY =
  'a program in the playground imports loopscope and loopscope/explore (and loopscope/node for its demo()), and nothing else';

function refusal(wanted: string): string | null {
  if ((DOORS as readonly string[]).includes(wanted)) return null;
  if (wanted === 'loopscope/testing' || wanted === 'loopscope/vitest') {
    return `'${wanted}' is for tests, which the playground does not run: ${ONLY}`;
  }
  if (wanted.startsWith('.')) return `there is no file '${wanted}' here: ${ONLY}`;
  if (wanted.startsWith('node:') || wanted === 'fs') {
    return `'${wanted}' is a part of Node, and this is a browser: ${ONLY}`;
  }
  return `there is no '${wanted}' here: ${ONLY}`;
}

/** The program with `import.meta` as a name; in its code, not in its strings and comments. */
function withoutMeta(source: string): string {
  if (!source.includes('import.meta')) return source;
  const places: number[] = [];
  typescriptLanguage.parser.parse(source).iterate({
    enter: ({ name, from }) => {
      if (name === 'ImportMeta' && source.startsWith('import.meta', from)) places.push(from);
    },
  });
  let text = source;
  for (const place of places) text = text.slice(0, place) + META + text.slice(place + META.length);
  return text;
}
