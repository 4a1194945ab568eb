import { changed, type Lesson } from './lesson.ts';

const WAIT = '    yield* sleep(10); // the bank takes a moment\n';
const TAKE = '    balance.value = seen - amount;\n';

const program = `import { type Coroutine, createTask, gather, Lock, print, shared, sleep } from 'loopscope';

const balance = shared(100, 'balance'); // a value that can be watched
const account = new Lock('account');

function* withdraw(amount: number): Coroutine<void> {
  const seen = balance.value;
  if (seen >= amount) {
${WAIT}${TAKE}    print(\`\${amount} taken, \${balance.value} left\`);
  } else {
    print(\`\${amount} refused, \${balance.value} left\`);
  }
}

export default function* main(): Coroutine<void> {
  yield* gather(
    createTask(withdraw(80), { name: 'ann' }),
    createTask(withdraw(70), { name: 'bob' }),
  );
}
`;

const left = (output: readonly string[]) => Number(/(-?\d+) left/.exec(output.at(-1) ?? '')?.[1]);

/** Check, wait, act. */
export const race: Lesson = {
  id: 'race',
  title: 'A race',
  text: [
    'Between two waits a coroutine has the loop to itself, and nothing can change behind its back. Across a wait anything can.',
    'To look, to wait, and then to act on what was seen is a race, with no thread in sight.',
  ],
  program,
  watch: [
    'ann sees 100 and waits. bob sees the same 100: nothing has been taken yet. Then each writes down what is left of *that*: 150 are paid out of 100, and 30 are left.',
    'Go on by *event*, and watch *Shared*: the balance stands there, and each look at it, and each change, is told. bob’s 100 is old by the time he uses it.',
    'Each run is the same as this one. What is a rare accident with real banks can be looked at here.',
  ],
  change: {
    text: 'Let only one in at a time. In `main`, write `account.run(() => withdraw(80))` for `withdraw(80)`, and the same with 70. The lock is held until `withdraw` is over: in Python `async with account`.',
    isDone: ({ output, isWell }) =>
      isWell && output.some((line) => line.includes('refused')) && left(output) >= 0,
  },
  question: {
    text: 'Undo that. Another cure, without the lock, is to take first and to wait afterwards: move the line with `sleep` below `balance.value = seen - amount;`. How much is left in the end?',
    answer: async (ask) => left((await ask(changed(program, WAIT + TAKE, TAKE + WAIT))).output),
    why: 'From looking to taking there is no wait any more, so nobody can come between. The shortest critical section is the one without an `await` in it.',
  },
};
