import { type Coroutine, createTask, gather, Lock, minutes, print, run, sleep, ValueError } from 'loopscope';
import type { Demo, Terminal } from 'loopscope/node';
import { type DemoDescription, describeDemo } from '../../src/node/demo.ts';

/** Words for a demo whose words don't matter. */
export const words = { title: 'A demo', watch: ['This happens.'], question: 'Why?' } as const;

/** A demo as if it stood in a file of that name. */
export function made(description: DemoDescription, name = 'nap.ts'): Demo {
  return describeDemo(`file:///somewhere/demos/${name}`, description);
}

export function* nap(): Coroutine<void> {
  print('good night');
  yield* sleep(minutes(20));
  print('good morning');
}

/** Two tasks of which one waits for the other. */
export function* pair(): Coroutine<void> {
  const lock = new Lock('bed');
  const naps = ['ann', 'bob'].map((name) => createTask(lock.run(nap), { name }));
  yield* gather(naps);
}

export function script(): void {
  print('before');
  run(nap);
  print('after');
}

export function* fail(): Coroutine<void> {
  yield* sleep(10);
  throw new ValueError('not like this');
}

/** A terminal that remembers what was written to it. */
export function paper(
  columns?: number,
  env: Terminal['env'] = {},
): Terminal & { text: string; errors: string } {
  const terminal = {
    columns,
    env,
    text: '',
    errors: '',
    out: (text: string) => {
      terminal.text += text;
    },
    err: (text: string) => {
      terminal.errors += text;
    },
  };
  return terminal;
}
