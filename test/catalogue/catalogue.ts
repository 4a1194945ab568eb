/** All of it. */

import { adversarial } from './adversarial.ts';
import { barriers } from './barriers.ts';
import { cancellation } from './cancellation.ts';
import { connections } from './connections.ts';
import { deadlocks } from './deadlocks.ts';
import type { Entry } from './entry.ts';
import { faults } from './faults.ts';
import { findings } from './findings.ts';
import { knownPools } from './known-pools.ts';
import { knownPrimitives } from './known-primitives.ts';
import { knownServices } from './known-services.ts';
import { larger } from './larger.ts';
import { lostWakeUps } from './lost-wake-ups.ts';
import { order } from './order.ts';
import { permits } from './permits.ts';
import { races } from './races.ts';
import { structures } from './structures.ts';
import { threads } from './threads.ts';

export const CATALOGUE: readonly Entry[] = [
  ...races,
  ...connections,
  ...structures,
  ...order,
  ...lostWakeUps,
  ...deadlocks,
  ...barriers,
  ...permits,
  ...cancellation,
  ...faults,
  ...threads,
  ...findings,
  ...larger,
  ...adversarial,
  ...knownPrimitives,
  ...knownPools,
  ...knownServices,
];
