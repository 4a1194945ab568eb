/** What a program can import, and what to say of a name that it has not imported. */

import * as explorer from '../../explore/index.ts';
import * as loopscope from '../../index.ts';
import { demonstration } from './demonstration.ts';
import type { Problem } from './protocol.ts';
import type { DOORS } from './transform.ts';

/** What a program's imports get. */
const MODULES: Readonly<Record<(typeof DOORS)[number], object>> = {
  loopscope: door('loopscope', loopscope),
  'loopscope/explore': door('loopscope/explore', explorer),
  'loopscope/node': door('loopscope/node', {
    demo: (_meta: unknown, description: unknown) => demonstration(description),
  }),
};

/** What a program's `import … from name` gets. */
export function require(name: string): unknown {
  const module = Object.hasOwn(MODULES, name) ? MODULES[name as keyof typeof MODULES] : undefined;
  if (module === undefined) throw new TypeError(`there is no '${name}' in the playground`);
  return module;
}

/**
 * A problem, with the import that would cure it where a name is not defined that could have been imported: as a line of its own, to be
 * copied. Engines word it in two ways.
 *
 * @example withImport({ message: 'ReferenceError: sleep is not defined', place: null }).message // '…: import { sleep } from 'loopscope';'
 */
export function withImport(problem: Problem): Problem {
  const found = /ReferenceError: (?:([\w$]+) is not defined|Can't find variable: ([\w$]+))/.exec(
    problem.message,
  );
  const name = found?.[1] ?? found?.[2];
  if (name === undefined) return problem;
  if (name === 'asyncio') {
    return {
      ...problem,
      message: `${problem.message}: what Python has in asyncio is imported from loopscope here, in camelCase:\nimport { createTask, sleep } from 'loopscope';`,
    };
  }
  const from = Object.entries(MODULES).find(([, module]) => Object.hasOwn(module, name))?.[0];
  if (from === undefined) return problem;
  return {
    ...problem,
    message: `${problem.message}: it is not imported. Add this line at the top:\nimport { ${name} } from '${from}';`,
  };
}

/** A module that says so when it is asked for what it doesn't have. */
function door(name: string, exports: object): object {
  const own: Record<string, unknown> = { ...exports, __esModule: true };
  return new Proxy(own, {
    get(_, key) {
      if (typeof key !== 'string' || Object.hasOwn(own, key)) return own[key as string];
      if (key === 'default')
        throw new TypeError(`'${name}' has no default export: write import { … } from '${name}'`);
      throw new TypeError(`'${name}' has no '${key}'${similar(key, Object.keys(own))}`);
    },
  });
}

/** A name that was probably meant. */
function similar(wanted: string, known: readonly string[]): string {
  const near = known
    .map((name) => [distance(wanted.toLowerCase(), name.toLowerCase()), name] as const)
    .filter(([far]) => far <= Math.max(1, wanted.length / 3))
    .sort(([a], [b]) => a - b)[0];
  return near === undefined ? '' : `: did you mean ${near[1]}?`;
}

/** How many letters are to be changed, put in or taken out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
