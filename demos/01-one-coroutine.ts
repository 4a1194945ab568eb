/**
 * One coroutine, step by step: created, started, waiting, resumed, done.
 *
 * `yield*` is Python's `await`. Where the coroutine has to wait it hands the loop back; the loop has nothing else to
 * run, so it moves the clock to the next timer. Three minutes pass, and nobody waits for real.
 */
import { type Coroutine, minutes, print, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

function* main(): Coroutine<string> {
  print('I put the kettle on');
  yield* sleep(minutes(3));
  print('I pour the water');
  return 'tea';
}

export default demo(import.meta, {
  title: 'One coroutine, step by step',
  program: main,
  moments: 'all',
  watch: [
    'main runs twice, for no time: it starts (●), and it ends (✓). Between',
    'the two the clock jumps. #1 … #4 are iterations: of main, its timer,',
    'main again, and `stop`, the callback by which `run` ends the loop.',
  ],
  question: 'Put `yield* sleep(0)` after the first print: what is new in the story?',
});
