/** The examples: the demos of the repository, as they are written, and a program to begin with. */

const FILES = import.meta.glob<string>('../../../demos/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** A program that can be chosen. */
export interface Example {
  readonly name: string;
  readonly title: string;
  readonly program: string;
}

export const EXAMPLES: readonly Example[] = Object.entries(FILES)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, program]) => {
    const name = path.split('/').at(-1)!.replace(/\.ts$/, '');
    // The title in its call of demo(), which every demo has.
    const title = /\btitle: '((?:[^'\\]|\\.)*)'/.exec(program)?.[1] ?? name;
    return { name, title, program };
  });

const blank = `import { type Coroutine, createTask, gather, print, sleep } from 'loopscope';

function* nap(name: string, ms: number): Coroutine<void> {
  yield* sleep(ms);
  print(\`\${name} is awake\`);
}

export default function* main(): Coroutine<void> {
  yield* gather(
    createTask(nap('ann', 20), { name: 'ann' }),
    createTask(nap('bob', 10), { name: 'bob' }),
  );
}
`;

/** What a new program begins as. */
export const BLANK: string = blank;
