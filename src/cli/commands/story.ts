import { story as tellStory } from '../../views/story.ts';
import { ABOUT_FILES, BOUNDS, type Command, DEBUG, LOOKS, PART, SCHEDULE } from '../command.ts';
import { titled } from '../titled.ts';
import { tellFailures, tracesOf } from '../traces.ts';

export const story: Command = {
  name: 'story',
  summary: 'tells what happened and why, in sentences',
  usage: 'FILE… [options]',
  about: ABOUT_FILES,
  options: {
    key: { help: 'the key moments only' },
    events: { help: 'number the events, which why --event asks for, and not the iterations' },
    ...PART,
    ...SCHEDULE,
    ...BOUNDS,
    ...DEBUG,
    ...LOOKS,
  },
  examples: [
    ['loopscope story chores.ts', 'everything that happens in chores.ts'],
    ['loopscope story chores.json --key', 'the key moments of a saved trace'],
  ],
  async run(call) {
    const { options, terminal, width, color } = call;
    const shown = await tracesOf(call);
    const detail = options.flag('key') ? 'key' : 'all';
    const numbers = options.flag('events') ? 'events' : 'iterations';
    terminal.out(titled(shown, ({ trace }) => tellStory(trace, { detail, numbers, width, color })));
    return tellFailures(shown, terminal);
  },
};
