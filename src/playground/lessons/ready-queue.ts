import { changed, type Lesson } from './lesson.ts';

const program = `import { type Coroutine, createTask, gather, print, sleep } from 'loopscope';

function* runner(name: string): Coroutine<void> {
  for (let lap = 1; lap <= 2; lap++) {
    print(\`\${name}: lap \${lap}\`);
    yield* sleep(0); // to the back of the queue
  }
}

export default function* main(): Coroutine<void> {
  const tasks = ['ann', 'bob', 'cat'].map(
    (name) => createTask(runner(name), { name }),
  );
  yield* gather(tasks);
}
`;

/** The ready queue: turns. */
export const readyQueue: Lesson = {
  id: 'ready-queue',
  title: 'The ready queue',
  text: [
    'One loop, many tasks. Whoever can go on stands in a queue. The loop takes the first, runs it until it waits, and takes the next.',
    '`sleep(0)` waits for nothing: it only goes to the back of the queue.',
  ],
  program,
  watch: [
    '`createTask` runs nothing. It puts the task into the queue, and `main` goes on until it waits itself.',
    'ann, bob, cat, and again ann, bob, cat: nobody overtakes. All of it happens at 0 ms, as turns take no time here.',
  ],
  change: {
    text: 'Delete the line with `sleep(0)`, and press *Run*. A task that never waits is never interrupted.',
    isDone: ({ output, isWell }) =>
      isWell &&
      output.length === 6 &&
      output.every((line, i) => line.startsWith(['ann', 'bob', 'cat'][i >> 1]!)),
  },
  question: {
    text: "Undo your change, and let bob give way twice: put `if (name === 'bob') yield* sleep(0);` on a line below the `sleep(0)`. Which line is printed last?",
    options: ['ann: lap 2', 'bob: lap 2', 'cat: lap 2'],
    answer: async (ask) => {
      const { output } = await ask(
        changed(program, 'queue\n', "queue\n    if (name === 'bob') yield* sleep(0);\n"),
      );
      return output.at(-1)!;
    },
    why: 'Each `sleep(0)` costs one turn. While bob goes to the back of the queue a second time, cat has her second lap.',
  },
};
