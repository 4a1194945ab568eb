/** All commands, in the order in which the help lists them. One more is a file in commands/ and a line here. */

import type { Command } from './command.ts';
import { compare } from './commands/compare.ts';
import { demo } from './commands/demo.ts';
import { explore } from './commands/explore.ts';
import { exporter } from './commands/export.ts';
import { html } from './commands/html.ts';
import { run } from './commands/run.ts';
import { step } from './commands/step.ts';
import { story } from './commands/story.ts';
import { tasks } from './commands/tasks.ts';
import { timeline } from './commands/timeline.ts';
import { whatIf } from './commands/what-if.ts';
import { why } from './commands/why.ts';

export const COMMANDS: readonly Command[] = [
  run,
  step,
  html,
  timeline,
  story,
  tasks,
  why,
  whatIf,
  compare,
  explore,
  exporter,
  demo,
];
