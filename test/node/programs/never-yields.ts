/** A demo that never comes to an end, nor to anything else: it says in which process, in the file NEVER_YIELDS. */

import { writeFileSync } from 'node:fs';
import { demo } from 'loopscope/node';

function main(): void {
  writeFileSync(process.env.NEVER_YIELDS!, String(process.pid));
  for (;;);
}

export default demo(import.meta, {
  title: 'A loop that never yields',
  program: main,
  watch: ['Nothing happens.'],
  question: 'Why not?',
});
