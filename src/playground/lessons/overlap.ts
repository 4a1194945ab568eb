import type { Lesson } from './lesson.ts';

const program = `import { type Coroutine, compute, createTask, gather, now, print, sleep } from 'loopscope';

export const parameters = {
  tasks: { value: 4, min: 1, max: 10, label: 'how many tasks' },
  waiting: { value: 60, min: 0, max: 100, step: 10, unit: 'ms' },
  computing: { value: 10, min: 0, max: 50, step: 5, unit: 'ms' },
};

function* job(): Coroutine<void> {
  yield* sleep(parameters.waiting.value); // the others run meanwhile
  compute(parameters.computing.value, 'work'); // nobody else can
}

export default function* main(): Coroutine<void> {
  const jobs = [];
  for (let n = 1; n <= parameters.tasks.value; n++) {
    jobs.push(createTask(job(), { name: \`job \${n}\` }));
  }
  yield* gather(jobs);
  print(\`all done after \${now()} ms\`);
}
`;

/** IO-bound and CPU-bound. */
export const overlap: Lesson = {
  id: 'overlap',
  title: 'Waiting overlaps, computing doesn’t',
  text: [
    'An event loop is good at waiting. A task that waits needs nobody, so a hundred can wait at once. A task that computes needs the loop to itself, and there is only one loop.',
    'To wait, for a network, a disk or a clock, is a `yield*`. To compute is a plain call: here `compute`, which stands for work.',
  ],
  program,
  watch: [
    'Four waits of 60 ms lie side by side, and take 60 ms. Four times 10 ms of work lie end to end, and take 40.',
    'The last job’s wait is over at 60 ms, and it is late all the same: until 90 ms the loop is busy with the others.',
  ],
  change: {
    text: 'Ten tasks, and no computing: set the sliders to 10 and 0. How much longer do ten tasks take than one?',
    isDone: ({ values, isWell }) => isWell && values.tasks === 10 && values.computing === 0,
  },
  question: {
    text: 'Ten tasks wait 100 ms each, and compute 20 ms each. After how many ms is everything done?',
    unit: 'ms',
    answer: async (ask) => (await ask(program, { tasks: 10, waiting: 100, computing: 20 })).end,
    why: 'All the waits together take 100 ms, since they overlap. The work of ten, 10 × 20 ms, adds up.',
  },
};
