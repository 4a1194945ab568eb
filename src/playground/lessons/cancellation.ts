import { changed, type Lesson } from './lesson.ts';

const program = `import { type Coroutine, createTask, isCancelled, now, print, sleep } from 'loopscope';

export const parameters = {
  patience: { value: 25, min: 0, max: 80, step: 5, unit: 'ms' },
};

function* download(): Coroutine<void> {
  try {
    for (let part = 1; part <= 5; part++) {
      yield* sleep(10);
      print(\`part \${part}\`);
    }
  } finally {
    print('the connection is closed');
  }
}

export default function* main(): Coroutine<void> {
  const task = createTask(download(), { name: 'download' });
  yield* sleep(parameters.patience.value);
  task.cancel();
  try {
    yield* task;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    print(\`cancelled, and over at \${now()} ms\`);
  }
}
`;

/** Cancelling a task. */
export const cancellation: Lesson = {
  id: 'cancellation',
  title: 'Cancellation',
  text: [
    'A coroutine can’t be stopped in the middle of its work. To cancel a task means that an error, a `CancelledError`, is thrown in it, at the `yield*` where it waits.',
    'So whatever stands in its `finally` still runs: files are closed, and locks are released.',
  ],
  program,
  watch: [
    '`cancel()` itself only puts the task into the ready queue. The error is thrown in the task’s own next turn.',
    'The third part would have come at 30 ms. The error comes at 25, and at that moment the connection is closed.',
  ],
  change: {
    text: 'Move the slider until the download is finished before it is cancelled. To cancel what is done already does nothing.',
    isDone: ({ final, isWell }) =>
      isWell &&
      [...final.tasks.values()].some(({ name, outcome }) => name === 'download' && outcome === 'result'),
  },
  question: {
    text: 'Patience 25 ms again, but closing takes its time: put `yield* sleep(20);` first into the `finally`. At how many ms is the task over?',
    unit: 'ms',
    answer: async (ask) =>
      (await ask(changed(program, 'finally {\n', 'finally {\n    yield* sleep(20);\n'), { patience: 25 }))
        .end,
    why: 'A cancelled task may still wait: the error came at 25 ms, and closing took 20. Who awaits it has to wait for that, too.',
  },
};
