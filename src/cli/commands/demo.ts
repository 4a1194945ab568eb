import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileError, load } from '../../node/load-program.ts';
import { runDemo } from '../../node/run-demo.ts';
import { type Command, EXIT, UsageError } from '../command.ts';

export const demo: Command = {
  name: 'demo',
  summary: 'lists the demos, and plays one',
  usage: '[NAME [options of the demo]]',
  about: [
    'NAME is the number of a demo, or a part of its name. The demos are in the repository: this looks into ./demos, and beside',
    'the package. What stands behind the name is for the demo itself: --story, --table, --json FILE, --help.',
  ],
  options: {},
  examples: [
    ['loopscope demo', 'which there are'],
    ['loopscope demo 2', 'plays the second'],
    ['loopscope demo deadlock --story', 'tells it event by event'],
  ],
  passesOn: true,
  async run({ args, terminal }) {
    const [wanted, ...rest] = args;
    const { folder, names } = demos();
    if (wanted === undefined) {
      for (const name of names)
        terminal.out(`${name.slice(0, -3)}  ${titleOf(await load(join(folder, name)))}\n`);
      return EXIT.fine;
    }
    const name = pick(names, wanted);
    const loaded = await load(join(folder, name));
    if (loaded.kind !== 'demo') throw new FileError(`${name} is no demo`);
    return runDemo(loaded.demo, rest, terminal);
  },
};

function demos(): { folder: string; names: string[] } {
  for (const folder of ['demos', fileURLToPath(new URL('../../../demos', import.meta.url))]) {
    try {
      const names = readdirSync(folder).filter((name) => /^\d+-.*\.ts$/.test(name));
      if (names.length > 0) return { folder, names: names.sort() };
    } catch {
      // not there
    }
  }
  throw new FileError(
    'there are no demos here: they are in the repository of loopscope, in its folder demos',
  );
}

function pick(names: readonly string[], wanted: string): string {
  const isNumber = /^\d+$/.test(wanted);
  const found = names.filter((name) =>
    isNumber ? Number(name.split('-')[0]) === Number(wanted) : name.includes(wanted.replace(/\.ts$/, '')),
  );
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw new UsageError(`there is no demo '${wanted}': loopscope demo lists them`);
  throw new UsageError(`'${wanted}' may be ${found.map((name) => name.slice(0, -3)).join(' or ')}`);
}

const titleOf = (loaded: Awaited<ReturnType<typeof load>>): string =>
  loaded.kind === 'demo' ? loaded.demo.title : '';
