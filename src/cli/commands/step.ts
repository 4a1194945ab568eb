import { projectPath } from '../../node/step.ts';
import { story } from '../../views/story.ts';
import { ABOUT_FILES, type Command, LOOKS, PART, SEED, UsageError } from '../command.ts';
import { tellFailures, tracesOf } from '../traces.ts';

export const step: Command = {
  name: 'step',
  summary: 'steps through what happened, forwards and backwards, in the terminal',
  usage: 'FILE [options]',
  about: [
    ...ABOUT_FILES,
    'Of a program the lines are shown where everybody stands. The keys are told by the key ?. Where there is no',
    'terminal to press keys in, the story is told instead.',
  ],
  options: { ...PART, ...SEED, ...LOOKS },
  examples: [
    ['loopscope step chores.ts', 'step through chores.ts'],
    ['loopscope step demos/12-lost-update.ts --part 2', 'through the second part of a demo'],
  ],
  async run(call) {
    const { terminal, width, color } = call;
    const shown = await tracesOf(call, { sites: projectPath });
    const [only] = shown;
    if (only === undefined || shown.length > 1) {
      const titles = shown.map(({ title }, i) => `${i + 1} (${title})`).join(', ');
      throw new UsageError(`one trace at a time: --part takes one of ${titles}`);
    }
    const faults: string[] = [];
    const code = tellFailures(shown, { ...terminal, err: (text) => void faults.push(text) });
    if (terminal.step?.(only.trace, color, faults.join(''))) return code;
    terminal.out(`${story(only.trace, { detail: 'all', width, color })}\n`);
    return tellFailures(shown, terminal);
  },
};
