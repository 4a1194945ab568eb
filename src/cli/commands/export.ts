import { saveTrace } from '../../trace/json.ts';
import { FAITHFUL, formatSchedule, scheduleOf } from '../../trace/schedule.ts';
import { printable } from '../../views/cells.ts';
import { mermaidGantt } from '../../views/mermaid.ts';
import { perfetto } from '../../views/perfetto.ts';
import { timelineSvg } from '../../views/timeline-svg.ts';
import {
  ABOUT_FILES,
  BOUNDS,
  type Call,
  type Command,
  DEBUG,
  PART,
  SCHEDULE,
  UsageError,
} from '../command.ts';
import { write } from '../output.ts';
import { SAVED_EVENTS, type Shown, tellFailures, titleOf, tracesOf } from '../traces.ts';

/** How many px wide a picture is at least. */
const LEAST_PX = 320;

const FORMATS: { readonly [format: string]: (shown: readonly Shown[], call: Call) => string } = {
  svg(shown, { options }) {
    const width = options.whole('width', LEAST_PX);
    const theme = options.choice('theme', ['auto', 'light', 'dark']);
    const maxRows = options.whole('rows', 1);
    return timelineSvg(shown, {
      title: titleOf(shown, options.text('title')),
      ...(width !== undefined && { width }),
      ...(theme !== undefined && { theme }),
      ...(maxRows !== undefined && { maxRows }),
    });
  },
  markdown(shown, { options }) {
    const maxRows = options.whole('rows', 1);
    const charts = shown.map(({ title, trace }) => {
      return mermaidGantt(trace, { ...(title && { title }), ...(maxRows !== undefined && { maxRows }) });
    });
    // A heading is plain text: what Markdown would make of its letters is escaped.
    const heading = printable(titleOf(shown, options.text('title'))).replace(
      /[\\`*_{}[\]<>()#+!|~&-]/g,
      '\\$&',
    );
    return [...(heading ? [`# ${heading}\n`] : []), ...charts].join('\n');
  },
  perfetto(shown, { options }) {
    const { trace, title } = only(shown, 'perfetto');
    return perfetto(trace, { title: options.text('title') ?? (title || trace.meta.title || 'event loop') });
  },
  json: (shown) => saveTrace(only(shown, 'json').trace),
  schedule: (shown) => `${formatSchedule(scheduleOf(only(shown, 'schedule').trace))}\n`,
};

export const exporter: Command = {
  name: 'export',
  summary: 'makes a file of a trace: a picture, Markdown, or for another program',
  usage: 'FORMAT FILE… [options]',
  about: [
    'FORMAT is one of',
    '  svg        a timeline for a slide; several traces lie on one axis',
    '  markdown   a Mermaid Gantt chart for each trace',
    '  perfetto   Trace Event Format, for ui.perfetto.dev and chrome://tracing',
    '  json       the trace itself, for the other commands',
    '  schedule   all that was left open, and how it was decided: a line for --schedule',
    '',
    ...ABOUT_FILES,
  ],
  options: {
    output: {
      short: 'o',
      value: 'FILE',
      help: 'write there, as a whole or not at all; to the output by default',
    },
    title: { value: 'TEXT', help: 'what stands above it; the title of the trace by default' },
    width: { value: 'PX', help: 'svg: how wide it is; 1280 by default' },
    theme: { value: 'NAME', help: 'svg: auto (as the reader’s system has it, by default), light or dark' },
    rows: { value: 'N', help: 'svg, markdown: at most N tasks and N threads of each; 40 by default' },
    ...PART,
    ...SCHEDULE,
    ...BOUNDS,
    ...DEBUG,
  },
  examples: [
    ['loopscope export svg chores.ts -o chores.svg', 'a picture of what chores.ts does'],
    ['loopscope export perfetto chores.json > chores.perfetto.json', 'a saved trace for Perfetto'],
    ['loopscope export json chores.ts | loopscope story -', 'a trace that is not kept'],
    ['loopscope export schedule chores.ts', 'a line to run chores.ts by: change it, and see'],
  ],
  async run(call) {
    const [format, ...args] = call.args;
    const names = Object.keys(FORMATS).join(', ');
    if (format === undefined) throw new UsageError(`which format? ${names}`);
    if (!Object.hasOwn(FORMATS, format)) throw new UsageError(`there is no format '${format}': ${names}`);
    // What was left open is in a trace only if somebody was asked.
    const asks = format === 'schedule' && call.options.text('schedule') === undefined;
    const seed = call.options.whole('seed', 0) ?? 0;
    const shown = await tracesOf(
      { ...call, args },
      { maxEvents: SAVED_EVENTS, ...(asks && { schedule: { ...FAITHFUL, seed } }) },
    );
    write(FORMATS[format]!(shown, call), call.options.text('output'), call.terminal);
    return tellFailures(shown, call.terminal);
  },
};

function only(shown: readonly Shown[], format: string): Shown {
  const [first, ...more] = shown;
  if (first && more.length === 0) return first;
  const titles = shown.map(({ title }, i) => `${i + 1} (${title})`).join(', ');
  throw new UsageError(`${format} holds one trace: choose with --part from ${titles}`);
}
