import { criticalPathTable } from '../../views/critical-path-table.ts';
import { latencyTable } from '../../views/latency-table.ts';
import { whyText } from '../../views/why-text.ts';
import {
  ABOUT_FILES,
  BOUNDS,
  type Call,
  type Command,
  DEBUG,
  LOOKS,
  PART,
  SCHEDULE,
  UsageError,
} from '../command.ts';
import { type Shown, tellFailures, tracesOf } from '../traces.ts';

export const why: Command = {
  name: 'why',
  summary: 'says why it took so long, who was late because of whom, or why something happened',
  usage: 'FILE [options]',
  about: [
    ...ABOUT_FILES,
    'Without --event and --task: the critical path, which is the chain of work and waits that made the end as late as',
    'it is; and who was late because of whom.',
  ],
  options: {
    event: {
      value: 'N',
      help: 'the causes of event N, as story --events, the stepper and a page number them',
    },
    task: { value: 'NAME', help: 'with --time: the causes of the step that this task took then' },
    time: { value: 'TIME', help: 'a virtual time, as 10s or 40min; a bare number is in ms' },
    ...PART,
    ...SCHEDULE,
    ...BOUNDS,
    ...DEBUG,
    ...LOOKS,
  },
  examples: [
    ['loopscope why chores.ts', 'what made the end as late as it is'],
    ['loopscope why chores.json --event 28', 'what made event 28 happen, down to what nothing caused'],
    ['loopscope why chores.ts --task rice --time 40min', 'why rice ran after 40 minutes'],
  ],
  async run(call) {
    const { terminal } = call;
    const shown = await tracesOf(call);
    const [only] = shown;
    if (only === undefined || shown.length > 1) {
      const titles = shown.map(({ title }, i) => `${i + 1} (${title})`).join(', ');
      throw new UsageError(`one trace at a time: --part takes one of ${titles}`);
    }
    terminal.out(`${answer(call, only)}\n`);
    return tellFailures(shown, terminal);
  },
};

function answer({ options, width, color }: Call, { trace }: Shown): string {
  const event = options.whole('event', 1);
  const task = options.text('task');
  const time = options.time('time');
  if ((task === undefined) !== (time === undefined))
    throw new UsageError('--task and --time belong together');
  if (event !== undefined && task !== undefined)
    throw new UsageError('either --event, or --task with --time');
  const view = { width, color };
  try {
    if (event !== undefined) return whyText(trace, event, view);
    if (task !== undefined) return whyText(trace, { task, time: time! }, view);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
  return `${criticalPathTable(trace, view)}\n\n${latencyTable(trace, view)}`;
}
