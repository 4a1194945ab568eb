import { changed, type Lesson } from './lesson.ts';

const program = `import { type Coroutine, minutes, print, sleep } from 'loopscope';

function* makeTea(): Coroutine<string> {
  print('the kettle is on');
  yield* sleep(minutes(3));
  return 'tea';
}

export default function* main(): Coroutine<void> {
  const making = makeTea(); // makes a coroutine, runs nothing
  print('who is thirsty?');
  const cup = yield* making; // now it runs
  print(\`here is your \${cup}\`);
}
`;

/** What a coroutine is. */
export const coroutine: Lesson = {
  id: 'coroutine',
  title: 'What a coroutine is',
  text: [
    'A function runs to its end. A coroutine may stop on the way, and go on later from where it stood. Each `yield*` is a place where it may stop.',
    '`function*` is what Python calls `async def`, and `yield*` is its `await`. Times are milliseconds: `sleep(1)` waits for 1 ms, and not for a second as in asyncio.',
  ],
  program,
  watch: [
    '“who is thirsty?” comes first: calling `makeTea()` only makes a coroutine. It begins when somebody awaits it.',
    'Go on step by step, with the arrows beside *event*: for three minutes `main` waits in `yield* sleep`, and the CPU is free for others. Then it goes on in the next line.',
  ],
  change: {
    text: 'Make a second pot: add `yield* makeTea();` as the last line of `main`. One after the other, they take 6 minutes.',
    isDone: ({ end, isWell }) => isWell && end >= 6 * 60_000,
  },
  question: {
    text: 'Take away the `yield*` before `making`. How often is “the kettle is on” printed then?',
    options: ['never', 'once', 'twice'],
    answer: async (ask) => {
      const { output } = await ask(changed(program, 'yield* making;', 'making;'));
      const times = output.filter((line) => line === 'the kettle is on').length;
      return ['never', 'once', 'twice'][times] ?? `${times} times`;
    },
    why: 'A coroutine that nobody awaits is never begun. Forgetting the `await` is the most common mistake with coroutines; Python warns of it, too.',
  },
};
