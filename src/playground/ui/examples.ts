/** The examples: the demos of the repository, as they are written, and a few programs besides. */

import everySchedule from '../programs/every-schedule.ts?raw';
import newProgram from '../programs/new-program.ts?raw';

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

const DEMOS: readonly Example[] = Object.entries(FILES)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, program]) => {
    const name = path.split('/').at(-1)!.replace(/\.ts$/, '');
    // The title in its call of demo(), which every demo has.
    const title = /\btitle: '((?:[^'\\]|\\.)*)'/.exec(program)?.[1] ?? name;
    return { name, title, program };
  });

/** All that can be chosen. */
export const EXAMPLES: readonly Example[] = [
  { name: 'new', title: 'A new program', program: newProgram },
  ...DEMOS,
  { name: 'every-schedule', title: 'Every schedule that could happen', program: everySchedule },
];
