import { timelines } from '../../views/timeline.ts';
import { ABOUT_FILES, BOUNDS, type Command, DEBUG, LOOKS, PART, SCHEDULE } from '../command.ts';
import { tellFailures, tracesOf } from '../traces.ts';

export const timeline: Command = {
  name: 'timeline',
  summary: 'draws what every task and thread was doing, and when',
  usage: 'FILE… [options]',
  about: [...ABOUT_FILES, 'Several are drawn one below the other on one axis.'],
  options: {
    rows: { value: 'N', help: 'at most N tasks and N threads of each; 40 by default' },
    turns: { help: 'a column for each turn, and not for a stretch of time' },
    ...PART,
    ...SCHEDULE,
    ...BOUNDS,
    ...DEBUG,
    ...LOOKS,
  },
  examples: [
    ['loopscope timeline chores.ts', 'runs chores.ts, and draws it'],
    ['loopscope timeline before.json after.json', 'two saved traces on one axis'],
  ],
  async run(call) {
    const { options, terminal, width, color } = call;
    const maxRows = options.whole('rows', 1) ?? 40;
    const shown = await tracesOf(call);
    const axis = options.flag('turns') ? { axis: 'turns' as const } : {};
    terminal.out(`${timelines(shown, { width, color, maxRows, ...axis })}\n`);
    return tellFailures(shown, terminal);
  },
};
