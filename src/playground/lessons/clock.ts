import type { Lesson } from './lesson.ts';

const program = `import { type Coroutine, createTask, gather, minutes, print, sleep } from 'loopscope';

export const parameters = {
  rice: { value: 40, min: 0, max: 60, step: 5, unit: 'min' },
  laundry: { value: 30, min: 0, max: 60, step: 5, unit: 'min' },
  dishes: { value: 30, min: 0, max: 60, step: 5, unit: 'min' },
};

function* machine(name: 'rice' | 'laundry' | 'dishes'): Coroutine<void> {
  yield* sleep(minutes(parameters[name].value));
  print(\`the \${name}: done\`);
}

export default function* main(): Coroutine<void> {
  yield* gather(
    createTask(machine('rice'), { name: 'rice' }),
    createTask(machine('laundry'), { name: 'laundry' }),
    createTask(machine('dishes'), { name: 'dishes' }),
  );
}
`;

/** Timers, and the virtual clock. */
export const clock: Lesson = {
  id: 'clock',
  title: 'The clock jumps',
  text: [
    'When nobody is ready, the loop looks for the earliest timer, and lets time pass until then. The clock here is virtual: it jumps there, and forty minutes are over before you have blinked.',
    'Python’s loop really sleeps in between. What happens, and in which order, is the same.',
  ],
  program,
  watch: [
    'The clock stands at 0, at 30 and at 40 minutes, and never between, for nothing happens there. The arrows beside *jump* go from one of these moments to the next.',
    'Three machines run at once, so all is done after 40 minutes and not after 100.',
    'At 30 minutes two timers are due. The laundry’s was set first, so it goes first. (Python promises no order there.)',
  ],
  change: {
    text: 'Move the sliders until the clock jumps only once. Each move runs the program again.',
    isDone: ({ jumps, isWell }) => isWell && jumps === 1,
  },
  question: {
    text: 'Rice 40 minutes, laundry 30, dishes 20: how often does the clock jump?',
    answer: async (ask) => (await ask(program, { rice: 40, laundry: 30, dishes: 20 })).jumps,
    why: 'Once for each moment at which a timer is due: 20, 30 and 40 minutes. Timers of one moment share a jump.',
  },
};
