import { changed, type Lesson } from './lesson.ts';

const program = `import { busy, type Coroutine, now, print, runThreads, Thread } from 'loopscope';

export const parameters = {
  work: { value: 20, min: 5, max: 40, step: 5, unit: 'ms' },
  interval: { value: 5, min: 1, max: 20, unit: 'ms' },
};

function* work(): Coroutine<void> {
  yield* busy(parameters.work.value, 'work');
}

function* main(): Coroutine<void> {
  const threads = ['ann', 'bob'].map(
    (name) => new Thread(work, { name }).start(),
  );
  for (const thread of threads) yield* thread.join();
  print(\`both are done after \${now()} ms\`);
}

export default () => runThreads(main, {
  cores: 4,
  switchInterval: parameters.interval.value,
});
`;

/** Threads, and the lock they share. */
export const gil: Lesson = {
  id: 'gil',
  title: 'Threads and the GIL',
  text: [
    'Threads take turns without being asked: the machine may interrupt one anywhere. In Python, as it is usually built, a thread must hold one certain lock to run at all: the *global interpreter lock*, or GIL.',
    'A thread that has waited for it for 5 ms, the *switch interval*, asks the holder to let go of it.',
  ],
  program,
  watch: [
    'Four cores, and yet at no moment do both run. One works, the other waits for the GIL, and every 5 ms they change places.',
    'So 20 ms of work for each take 40 ms in all: for computing, threads gain nothing.',
    'Make the `interval` longer: they change places less often, and the end stays where it is.',
  ],
  change: {
    text: 'Build a machine without the lock: add a line `gil: false,` below `cores: 4,`, and press *Run*.',
    isDone: ({ end, values, isWell }) => isWell && end > 0 && end < 2 * (values.work ?? 0),
  },
  question: {
    text: 'Three threads with 20 ms of work each, four cores, and the GIL as before. After how many ms are all three done?',
    unit: 'ms',
    answer: async (ask) =>
      (await ask(changed(program, "['ann', 'bob']", "['ann', 'bob', 'cat']"), { work: 20 })).end,
    why: 'One lock, one at a time: 3 × 20 ms, however many cores there are. Only processes, or a Python without the GIL, use the other cores.',
  },
};
