/** A demo that never ends. */

import { type Coroutine, print, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

function* main(): Coroutine<void> {
  for (let beat = 1; ; beat++) {
    yield* sleep(10);
    print(`beat ${beat}`);
  }
}

export default demo(import.meta, {
  title: 'A heart',
  program: main,
  watch: ['It never stops.'],
  question: 'Why not?',
});
