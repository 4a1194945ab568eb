import { DeadlockError, Lock, print, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

export default demo(import.meta, {
  title: 'Two ways to wait',
  parts: [
    {
      title: 'for a timer',
      *program() {
        yield* sleep(20);
        print('good morning');
      },
    },
    {
      title: 'for ever',
      fails: DeadlockError,
      *program() {
        const lock = new Lock('door');
        yield* lock.acquire();
        yield* lock.acquire();
      },
    },
  ],
  watch: ['One of them ends.'],
  question: 'Which?',
});
