import { compare as compareModels } from '../../models/compare.ts';
import { allModels } from '../../models/model.ts';
import type { WorkloadSource } from '../../models/workload.ts';
import { FileError, load } from '../../node/load-program.ts';
import { tell } from '../../node/tell.ts';
import { comparisonTable } from '../../views/comparison-table.ts';
import { timelines } from '../../views/timeline.ts';
import { type Command, EXIT, LOOKS, SEED, UsageError } from '../command.ts';
import { isTraceFile } from '../traces.ts';

/** `free threads` is `free-threads` on a command line. */
const wordOf = ({ name }: { readonly name: string }) => name.replace(' ', '-');

export const compare: Command = {
  name: 'compare',
  summary: 'does the same work under several models of execution',
  usage: 'FILE [options]',
  about: [
    'FILE is a program file (.ts, .js) whose default export is a workload: activities by name, or a function that gives them.',
    '    export default { rice: [blocked(minutes(40))], report: [busy(minutes(30))] };',
  ],
  options: {
    models: { value: 'LIST', help: `of ${allModels().map(wordOf).join(', ')}; all by default` },
    cores: { value: 'N', help: 'how many cores there are; 4 by default' },
    'switch-interval': {
      value: 'MS',
      help: 'how long a thread waits before it asks for the GIL; 5 by default',
    },
    timeline: { help: 'draw each run above the table' },
    ...SEED,
    ...LOOKS,
  },
  examples: [
    ['loopscope compare work.ts', 'a row for each of the five models'],
    [
      'loopscope compare work.ts --models threads,processes --cores 2 --timeline',
      'two of them, with their pictures',
    ],
  ],
  async run({ args, options, terminal, width, color }) {
    const [path, ...more] = args;
    if (path === undefined || more.length > 0)
      throw new UsageError('compare takes one file, with a workload');
    const models = chosen(options.text('models'));
    const [cores, switchInterval, seed] = [
      options.whole('cores', 1),
      options.positive('switch-interval'),
      options.whole('seed', 0),
    ];
    const settings = {
      ...(cores !== undefined && { cores }),
      ...(switchInterval !== undefined && { switchInterval }),
      ...(seed !== undefined && { seed }),
    };
    if (isTraceFile(path))
      throw new UsageError(
        `${path} is a trace, and no workload; to see several on one axis: loopscope timeline a.json b.json`,
      );
    const loaded = await load(path);
    const isProgram = loaded.kind === 'function' && loaded.program.constructor.name === 'GeneratorFunction';
    if (loaded.kind === 'demo' || isProgram)
      throw new FileError(
        `the default export of ${path} is a ${isProgram ? 'program' : 'demo'}, and no workload: loopscope run ${path}`,
      );
    const workload = (loaded.kind === 'function' ? loaded.program : loaded.value) as WorkloadSource;
    let rows: ReturnType<typeof compareModels>;
    try {
      rows = compareModels(workload, models, settings);
    } catch (error) {
      // What isn't a workload is refused with what to write instead.
      if (error instanceof Error && (error.name === 'TypeError' || error.name === 'ValueError'))
        throw new FileError(`${path}: ${error.message}`);
      terminal.err(`${tell(error, path)}\n`);
      return EXIT.failed;
    }
    if (options.flag('timeline')) terminal.out(`${timelines(rows, { width, color, maxRows: 40 })}\n\n`);
    terminal.out(`${comparisonTable(rows, { width, color }).trimEnd()}\n`);
    const failed = rows.filter(({ error }) => error !== null);
    for (const { title, error } of failed) terminal.err(`${tell(error, path, title)}\n`);
    return failed.length > 0 ? EXIT.failed : EXIT.fine;
  },
};

function chosen(list: string | undefined) {
  const all = allModels();
  if (list === undefined) return all;
  const words = [...new Set(list.split(','))];
  return words.map((word) => {
    const model = all.find((one) => wordOf(one) === word.trim());
    if (model) return model;
    throw new UsageError(`--models is a list of ${all.map(wordOf).join(', ')}, got '${list}'`);
  });
}
