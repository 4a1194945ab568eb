/** All commands, in the order in which the help lists them. One more is a file in commands/ and a line here. */

import type { Command } from './command.ts';
import { compare } from './commands/compare.ts';
import { demo } from './commands/demo.ts';
import { exporter } from './commands/export.ts';
import { run } from './commands/run.ts';
import { story } from './commands/story.ts';
import { tasks } from './commands/tasks.ts';
import { timeline } from './commands/timeline.ts';

export const COMMANDS: readonly Command[] = [run, timeline, story, tasks, compare, exporter, demo];
