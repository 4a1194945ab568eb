import { aboutDemo } from '../../node/demo.ts';
import { projectPath } from '../../node/load-program.ts';
import { pageOf } from '../../node/page.ts';
import { ABOUT_FILES, BOUNDS, type Command, DEBUG, PART, SCHEDULE, UsageError } from '../command.ts';
import { write } from '../output.ts';
import { isTraceFile, SAVED_EVENTS, tellFailures, titleOf, tracesOf } from '../traces.ts';

export const html: Command = {
  name: 'html',
  summary: 'makes a page for the browser, to step through it and look at it there',
  usage: 'FILE… -o PAGE [options]',
  about: [
    ...ABOUT_FILES,
    'The page is one file that needs no server and no network. Several files, or parts of one, lie side by side on one axis,',
    'with one clock. Of a program the source is in it, with the lines where everybody stands. page.html#seq=12 is a link',
    'to a moment.',
  ],
  options: {
    output: { short: 'o', value: 'PAGE', help: 'write there, as a whole or not at all; - is the output' },
    title: { value: 'TEXT', help: 'what stands above it; the title of the trace by default' },
    ...PART,
    ...SCHEDULE,
    ...BOUNDS,
    ...DEBUG,
  },
  examples: [
    ['loopscope html chores.ts -o chores.html', 'a page that shows what chores.ts does, and its source'],
    ['loopscope html before.json after.json -o both.html', 'two saved traces, side by side'],
  ],
  async run(call) {
    const output = call.options.text('output');
    if (output === undefined) throw new UsageError('where to? -o PAGE names the file, -o - is the output');
    const isSaved = call.args.every(isTraceFile);
    const shown = await tracesOf(call, {
      maxEvents: SAVED_EVENTS,
      ...(!isSaved && { sites: projectPath }),
    });
    const title = titleOf(shown, call.options.text('title'));
    const [demo, ...others] = new Set(shown.map((one) => one.demo));
    const about = demo && others.length === 0 ? aboutDemo(demo) : undefined;
    write(pageOf(shown, title === '' ? undefined : title, about), output, call.terminal);
    return tellFailures(shown, call.terminal);
  },
};
