/** The tour, in the order in which it is walked. */

import { blocking } from './blocking.ts';
import { cancellation } from './cancellation.ts';
import { clock } from './clock.ts';
import { coroutine } from './coroutine.ts';
import { gil } from './gil.ts';
import type { Lesson } from './lesson.ts';
import { overlap } from './overlap.ts';
import { race } from './race.ts';
import { readyQueue } from './ready-queue.ts';

/** All lessons. */
export const LESSONS: readonly Lesson[] = [
  coroutine,
  readyQueue,
  clock,
  overlap,
  blocking,
  gil,
  cancellation,
  race,
];
