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
    'main runs twice, for no time at all: it starts (●), and it ends (✓).',
    'In between it costs nothing: the loop idles (·), and the clock jumps.',
    'Iteration #1 starts main, in #2 its timer is due, in #3 it goes on.',
  ],
  question: 'Put `yield* sleep(0)` after the first print: what is new in the story?',
});
