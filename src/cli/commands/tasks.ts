import { taskTable } from '../../views/table.ts';
import { ABOUT_FILES, BOUNDS, type Command, DEBUG, LOOKS, PART, SCHEDULE } from '../command.ts';
import { titled } from '../titled.ts';
import { tellFailures, tracesOf } from '../traces.ts';

export const tasks: Command = {
  name: 'tasks',
  summary: 'shows where the time of each task and thread went',
  usage: 'FILE… [options]',
  about: ABOUT_FILES,
  options: {
    rows: { value: 'N', help: 'at most N tasks and N threads of each; 40 by default' },
    ...PART,
    ...SCHEDULE,
    ...BOUNDS,
    ...DEBUG,
    ...LOOKS,
  },
  examples: [['loopscope tasks chores.ts', 'a row for each task: busy, ready, waiting, and for what']],
  async run(call) {
    const { options, terminal, width, color } = call;
    const maxRows = options.whole('rows', 1) ?? 40;
    const shown = await tracesOf(call);
    terminal.out(titled(shown, ({ trace }) => taskTable(trace, { width, color, maxRows })));
    return tellFailures(shown, terminal);
  },
};
