import { changed, type Lesson } from './lesson.ts';

const CALL = "blockingSleep(45, 'query');";
const CURE = 'yield* toThread(query);';

const program = `import { blocked, blockingSleep, busy, type Coroutine, createTask, now, print, sleep, toThread } from 'loopscope';

function* heartbeat(): Coroutine<void> {
  for (let beat = 1; beat <= 5; beat++) {
    const due = now() + 10;
    yield* sleep(10);
    print(now() === due ? 'beat' : \`beat, \${now() - due} ms late\`);
  }
}

function* query(): Coroutine<void> {
  yield* blocked(45, 'query'); // what a thread can do for us
}

export default function* main(): Coroutine<void> {
  const heart = createTask(heartbeat(), { name: 'heart' });
  yield* sleep(5);
  ${CALL}
  print('the rows are here');
  yield* heart;
}
`;

const isLate = (output: readonly string[]) => output.some((line) => line.includes('late'));

/** A blocking call, and toThread. */
export const blocking: Lesson = {
  id: 'blocking',
  title: 'A blocking call, and its cure',
  text: [
    'A call that waits without `yield*` blocks: `time.sleep` in Python, or an old database driver. The CPU has nothing to do meanwhile, and still nobody else can run, for the loop itself is stuck in that call.',
    'The cure is to let a thread do the waiting: `toThread` here, `asyncio.to_thread` in Python.',
  ],
  program,
  watch: [
    'The heart should beat every 10 ms. From 5 to 50 ms the whole loop hangs in the query, so the first beat is 40 ms late.',
    'Nothing is computed in all that time. Blocking is no work, and yet everybody has to wait for it.',
  ],
  change: {
    text: `In \`main\`, write \`${CURE}\` in place of \`${CALL}\`. Now every beat is in time.`,
    isDone: ({ output, final, isWell }) =>
      isWell && final.threads.size > 0 && output.includes('the rows are here') && !isLate(output),
  },
  question: {
    text: 'Keep that, and write `busy` instead of `blocked` in `query`: now the thread computes. Is every beat in time?',
    options: ['yes, every beat', 'no, some are late'],
    answer: async (ask) => {
      const inThread = changed(program, CALL, CURE);
      const { output } = await ask(
        changed(inThread, "yield* blocked(45, 'query')", "yield* busy(45, 'query')"),
      );
      return isLate(output) ? 'no, some are late' : 'yes, every beat';
    },
    why: 'A thread that waits lets go of the GIL. One that computes keeps it, and the loop’s own thread has to ask for it and wait. The next lesson is about that.',
  },
};
