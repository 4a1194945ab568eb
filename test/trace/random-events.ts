/** Random events for property tests: each valid by itself, and all of them a valid file, but no story. */

import fc from 'fast-check';
import { EVENT_SCHEMA, type FieldTypeName, type TraceEvent } from '../../src/trace/events.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0); // no -0

const FIELD: { readonly [T in FieldTypeName]: fc.Arbitrary<unknown> } = {
  number: fc.oneof(fc.nat(), finite),
  flag: fc.boolean(),
  string: fc.string({ unit: 'binary' }),
  strings: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
  outcome: fc.constantFrom('result', 'exception', 'cancelled'),
  wait: fc.constantFrom('future', 'task', 'resource', 'timer', 'thread'),
};

const body = fc.constantFrom(...EVENT_SCHEMA).chain(({ kind, numbers, texts }) =>
  fc.record({
    kind: fc.constant(kind),
    ...Object.fromEntries([...numbers, ...texts].map(({ name, type }) => [name, FIELD[type]])),
  }),
);

const stamped = fc.record({
  body,
  pause: fc.oneof(fc.constant(0), fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true })),
  iteration: fc.nat(),
  cause: fc.nat(),
});

/** Lists of random events, numbered 1, 2, 3 …, in order of time, each caused by an earlier one or by nothing. */
export const randomEvents: fc.Arbitrary<TraceEvent[]> = fc.array(stamped, { maxLength: 30 }).map((rows) => {
  let time = 0;
  return rows.map(({ body, pause, iteration, cause }, index) => {
    time += pause;
    return { seq: index + 1, time, iteration, cause: cause % (index + 1), ...body } as unknown as TraceEvent;
  });
});
