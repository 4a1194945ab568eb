import { loadRunnable } from '../../node/load-program.ts';
import { projectPath } from '../../node/step.ts';
import type { Stepped } from '../../node/stepped.ts';
import { FAITHFUL, formatSchedule } from '../../trace/schedule.ts';
import { story } from '../../views/story.ts';
import { ABOUT_FILES, type Call, type Command, EXIT, LOOKS, PART, SCHEDULE, UsageError } from '../command.ts';
import { figureAlone, howOf, isTraceFile, partOf, tellFailures, titlesOf, tracesOf } from '../traces.ts';

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
    if (only === undefined || shown.length > 1)
      throw new UsageError(`one trace at a time: --part takes one of ${titlesOf(shown)}`);
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
  const parts: readonly { readonly title: string }[] =
    loaded.kind === 'demo' ? loaded.demo.parts : [{ title: '' }];
  if (parts.length === 0) throw figureAlone(path);
  const named = call.options.text('part');
  if (named === undefined && parts.length > 1)
    throw new UsageError(`one trace at a time: --part takes one of ${titlesOf(parts)}`);
  const part = parts.indexOf(partOf(parts, named ?? '1')) + 1;
  const which = parts.length > 1 ? ` --part ${part}` : '';
  return {
    file: path,
    part,
    schedule: formatSchedule(schedule ?? { ...FAITHFUL, seed }),
    command: `${IS_SOURCE ? 'npm run loopscope --' : 'npx loopscope'} step ${path}${which} --schedule`,
  };
}
