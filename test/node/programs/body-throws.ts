/** A demo whose program throws, and isn't there to show that. */

import { type Coroutine, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

function* main(): Coroutine<void> {
  yield* sleep(5);
  throw new Error('the oven is cold');
}

export default demo(import.meta, {
  title: 'A program that fails',
  program: main,
  watch: ['It fails.'],
  question: 'Why?',
});
