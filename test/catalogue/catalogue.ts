/** All of it. */

import { barriers } from './barriers.ts';
import { cancellation } from './cancellation.ts';
import { deadlocks } from './deadlocks.ts';
import type { Entry } from './entry.ts';
import { faults } from './faults.ts';
import { knownPrimitives } from './known-primitives.ts';
import { knownServices } from './known-services.ts';
import { lostWakeUps } from './lost-wake-ups.ts';
import { order } from './order.ts';
import { races } from './races.ts';
import { threads } from './threads.ts';

export const CATALOGUE: readonly Entry[] = [
  ...races,
  ...order,
  ...lostWakeUps,
  ...deadlocks,
  ...barriers,
  ...cancellation,
  ...faults,
  ...threads,
  ...knownPrimitives,
  ...knownServices,
];
