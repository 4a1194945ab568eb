/**
 * The log of three chores on one loop: rice cooks 40 minutes, laundry and dishes take 30 each, and `main` gathers
 * them. The comments number the events, because tests point at them.
 */

import type { TraceEvent } from '../../src/trace/events.ts';
import { log } from './log.ts';

export const MINUTES_30 = 1_800_000;
export const MINUTES_40 = 2_400_000;

const MAIN = 1;
const RICE = 2;
const LAUNDRY = 3;
const DISHES = 4;

const sleeping = { target: 0, on: 'timer', reason: 'sleep', name: '' } as const;
const nothing = { outcome: 'result', detail: '' } as const;

export const CHORES: readonly TraceEvent[] = log(
  { kind: 'task:create', task: MAIN, parent: 0, name: 'main' }, // 1
  { kind: 'task:ready', task: MAIN },
  { kind: 'loop:run', loop: 1 },
  { kind: 'iteration', ready: 1, cause: 3 },
  { kind: 'task:step', task: MAIN, eager: false, cause: 2 }, // 5
  { kind: 'task:create', task: RICE, parent: MAIN, name: 'rice', cause: 5 },
  { kind: 'task:ready', task: RICE, cause: 5 },
  { kind: 'task:create', task: LAUNDRY, parent: MAIN, name: 'laundry', cause: 5 },
  { kind: 'task:ready', task: LAUNDRY, cause: 5 },
  { kind: 'task:create', task: DISHES, parent: MAIN, name: 'dishes', cause: 5 }, // 10
  { kind: 'task:ready', task: DISHES, cause: 5 },
  {
    kind: 'task:wait',
    task: MAIN,
    target: 0,
    on: 'future',
    reason: 'await future',
    name: 'gather',
    cause: 5,
  },

  { kind: 'iteration', ready: 3, cause: 5 },
  { kind: 'task:step', task: RICE, eager: false, cause: 7 },
  { kind: 'timer:set', when: MINUTES_40, task: RICE, label: 'sleep', cause: 14 }, // 15
  { kind: 'task:wait', task: RICE, ...sleeping, cause: 14 },
  { kind: 'task:step', task: LAUNDRY, eager: false, cause: 9 },
  { kind: 'timer:set', when: MINUTES_30, task: LAUNDRY, label: 'sleep', cause: 17 },
  { kind: 'task:wait', task: LAUNDRY, ...sleeping, cause: 17 },
  { kind: 'task:step', task: DISHES, eager: false, cause: 11 }, // 20
  { kind: 'timer:set', when: MINUTES_30, task: DISHES, label: 'sleep', cause: 20 },
  { kind: 'task:wait', task: DISHES, ...sleeping, cause: 20 },

  { kind: 'clock:jump', from: 0, to: MINUTES_30, at: MINUTES_30, cause: 20 },
  { kind: 'timer:due', timer: 18, label: 'sleep', cause: 18 },
  { kind: 'timer:due', timer: 21, label: 'sleep', cause: 21 }, // 25
  { kind: 'iteration', ready: 2, cause: 23 },
  { kind: 'handle:run', handle: 24, cause: 24 },
  { kind: 'task:ready', task: LAUNDRY, cause: 27 },
  { kind: 'handle:end', handle: 24, cause: 27 },
  { kind: 'handle:run', handle: 25, cause: 25 }, // 30
  { kind: 'task:ready', task: DISHES, cause: 30 },
  { kind: 'handle:end', handle: 25, cause: 30 },

  { kind: 'iteration', ready: 2, cause: 30 },
  { kind: 'task:step', task: LAUNDRY, eager: false, cause: 28 },
  { kind: 'print', task: LAUNDRY, text: 'laundry is done', cause: 34 }, // 35
  { kind: 'task:done', task: LAUNDRY, ...nothing, cause: 34 },
  { kind: 'handle:ready', label: 'gather', cause: 36 },
  { kind: 'task:step', task: DISHES, eager: false, cause: 31 },
  { kind: 'print', task: DISHES, text: 'dishes are done', cause: 38 },
  { kind: 'task:done', task: DISHES, ...nothing, cause: 38 }, // 40
  { kind: 'handle:ready', label: 'gather', cause: 40 },

  { kind: 'iteration', ready: 2, cause: 38 },
  { kind: 'handle:run', handle: 37, cause: 37 },
  { kind: 'handle:end', handle: 37, cause: 43 },
  { kind: 'handle:run', handle: 41, cause: 41 }, // 45
  { kind: 'handle:end', handle: 41, cause: 45 },

  { kind: 'clock:jump', from: MINUTES_30, to: MINUTES_40, at: MINUTES_40, cause: 45 },
  { kind: 'timer:due', timer: 15, label: 'sleep', cause: 15 },
  { kind: 'iteration', ready: 1, cause: 47 },
  { kind: 'handle:run', handle: 48, cause: 48 }, // 50
  { kind: 'task:ready', task: RICE, cause: 50 },
  { kind: 'handle:end', handle: 48, cause: 50 },

  { kind: 'iteration', ready: 1, cause: 50 },
  { kind: 'task:step', task: RICE, eager: false, cause: 51 },
  { kind: 'print', task: RICE, text: 'rice is done', cause: 54 }, // 55
  { kind: 'task:done', task: RICE, ...nothing, cause: 54 },
  { kind: 'handle:ready', label: 'gather', cause: 56 },

  { kind: 'iteration', ready: 1, cause: 54 },
  { kind: 'handle:run', handle: 57, cause: 57 },
  { kind: 'future:done', outcome: 'result', detail: '[]', cause: 59 }, // 60
  { kind: 'task:ready', task: MAIN, cause: 60 },
  { kind: 'handle:end', handle: 57, cause: 59 },

  { kind: 'iteration', ready: 1, cause: 59 },
  { kind: 'task:step', task: MAIN, eager: false, cause: 61 },
  { kind: 'task:done', task: MAIN, outcome: 'result', detail: '3 chores', cause: 64 }, // 65
  { kind: 'handle:ready', label: 'stop', cause: 65 },

  { kind: 'iteration', ready: 1, cause: 64 },
  { kind: 'handle:run', handle: 66, cause: 66 },
  { kind: 'loop:stop', loop: 1, cause: 68 },
  { kind: 'handle:end', handle: 66, cause: 68 }, // 70
  { kind: 'loop:return', loop: 1, remaining: 0, cause: 68 },
  { kind: 'loop:close', loop: 1 },
);
