import { loadRunnable, projectPath } from '../../node/load-program.ts';
import type { Stepped } from '../../node/stepped.ts';
import { FAITHFUL, formatSchedule } from '../../trace/schedule.ts';
import { story } from '../../views/story.ts';
import { ABOUT_FILES, type Call, type Command, EXIT, LOOKS, PART, SCHEDULE, UsageError } from '../command.ts';
import { howOf, isTraceFile, onePart, tellFailures, titlesOf, tracesOf } from '../traces.ts';

const ONE_TRACE = 'one trace at a time: --part takes one of';

/** In the repository the command isn't installed. */
const IS_SOURCE = import.meta.url.endsWith('.ts');

export const step: Command = {
  name: 'step',
  summary: 'steps through what happened, forwards and backwards, in the terminal',
  usage: 'FILE [options]',
  about: [
    ...ABOUT_FILES,
    'Of a program the lines are shown where everybody stands, and what was left open can be chosen otherwise. The keys are',
    'told by the key ?. Where there is no terminal to press keys in, the story is told instead.',
  ],
  options: { ...PART, ...SCHEDULE, ...LOOKS },
  examples: [
    ['loopscope step chores.ts', 'step through chores.ts'],
    ['loopscope step demos/12-lost-update.ts --part 2', 'through the second part of a demo'],
  ],
  async run(call) {
    const { args, terminal, width, color } = call;
    if (args.length > 1) throw new UsageError('one file at a time');
    if (terminal.step !== undefined && terminal.columns !== undefined) {
      if (terminal.step(await steppedOf(call), color)) return EXIT.fine;
    }
    const shown = await tracesOf(call, { sites: projectPath });
    const [only] = shown;
    if (only === undefined || shown.length > 1) throw new UsageError(`${ONE_TRACE} ${titlesOf(shown)}`);
    terminal.out(`${story(only.trace, { detail: 'all', width, color })}\n`);
    return tellFailures(shown, terminal);
  },
};

/** What is wrong with the file or the options is told before the terminal is another. */
async function steppedOf(call: Call): Promise<Stepped> {
  const [path] = call.args;
  if (path === undefined || isTraceFile(path)) {
    const [only] = await tracesOf(call);
    return { trace: only!.trace };
  }
  const { schedule, seed = 0 } = howOf(call.options);
  const loaded = await loadRunnable(path);
  const part = onePart(loaded, path, call.options.text('part'), ONE_TRACE);
  const which = loaded.kind === 'demo' && loaded.demo.parts.length > 1 ? ` --part ${part}` : '';
  return {
    file: path,
    part,
    schedule: formatSchedule(schedule ?? { ...FAITHFUL, seed }),
    command: `${IS_SOURCE ? 'npm run loopscope --' : 'npx loopscope'} step ${path}${which} --schedule`,
  };
}
