/** What a test does to a program between two drives of its loop, while no loop runs, is in the trace like anything else. */
import { expect, it } from 'vitest';
import {
  type Coroutine,
  Event,
  EventLoop,
  Lock,
  Queue,
  Recorder,
  Semaphore,
  shared,
  sleep,
  stateAt,
  story,
  type TraceEvent,
} from '../../src/index.ts';

/** A loop that stands at 5 ms, with a task that waits in each of these. */
function standing() {
  const trace = new Recorder();
  const loop = new EventLoop({ trace });
  const things = {
    printer: new Lock('printer'),
    permits: new Semaphore(1, 'permits'),
    open: new Event('open'),
    orders: new Queue<string>(0, 'orders'),
    stock: shared(1, 'stock'),
  };
  const { printer, permits, open, orders, stock } = things;
  const bodies: (() => Coroutine<void>)[] = [
    function* holder() {
      stock.value++;
      yield* printer.acquire();
      yield* permits.acquire();
      yield* sleep(100);
    },
    function* second() {
      yield* printer.acquire();
    },
    function* third() {
      yield* permits.acquire();
    },
    function* fourth() {
      yield* open.wait();
    },
    function* fifth() {
      yield* orders.get();
    },
  ];
  for (const body of bodies) loop.createTask(body(), { name: body.name });
  loop.runUntil(5);
  return { ...things, trace, loop };
}

it('a release, a set, a put, and a change of a cell are told with how it stands then', () => {
  const { printer, permits, open, orders, stock, trace } = standing();
  const before = trace.length;
  printer.release();
  permits.release();
  open.set();
  orders.putNowait('rice');
  stock.value = 7;
  expect(short([...trace].slice(before))).toEqual([
    'holder holds no printer',
    'release printer: 0',
    'second is ready',
    'holder holds no permits',
    'release permits: 1',
    'third is ready',
    'hand over permits: 0',
    'set open: 1',
    'fourth is ready',
    'put orders: 1',
    'fifth is ready',
    'stock is 7',
  ]);
  const { resources } = stateAt(trace.toTrace(), trace.length);
  expect([...resources.values()].slice(1).map(({ name, value }) => `${name} ${value}`)).toEqual([
    'printer 0',
    'permits 0',
    'open 1',
    'orders 1',
  ]);

  function short(events: TraceEvent[]): string[] {
    const state = stateAt(trace.toTrace(), trace.length);
    const task = (id: number) => state.tasks.get(id)!.name;
    const thing = (id: number) => state.resources.get(id)!.name;
    return events.map((event) => {
      if (event.kind === 'resource:hold')
        return `${task(event.task)} holds ${event.held ? '' : 'no '}${thing(event.resource)}`;
      if (event.kind === 'resource:use') return `${event.action} ${thing(event.resource)}: ${event.value}`;
      if (event.kind === 'task:ready') return `${task(event.task)} is ready`;
      if (event.kind === 'cell:write') return `${thing(event.cell)} is ${event.detail}`;
      return event.kind;
    });
  }
});

it('whoever it wakes was woken by the program, not by the task that ran last', () => {
  const { printer, open, orders, trace, loop } = standing();
  printer.release();
  open.set();
  orders.putNowait('rice');
  loop.createTask(sleep(0), { name: 'late' });
  loop.runReady();
  expect(
    story(trace.toTrace())
      .split('\n')
      .map((line) => line.replace(/^.*#\d+ +/, ''))
      .slice(-10),
  ).toEqual([
    'second runs again: the program woke it',
    'second is done',
    'fourth runs again: the program woke it',
    'fourth is done',
    'fifth runs again: the program woke it',
    'fifth is done',
    'late starts',
    'late gives way, and joins the end of the ready queue',
    'late runs again: it had given way',
    'late is done',
  ]);
});

it('nothing is told of what no trace has met, nor to a trace that nobody keeps any more', () => {
  const open = new Event('open');
  open.set();
  const cell = shared(1, 'cell');
  cell.value = 2;
  const heard: string[] = [];
  const loop = new EventLoop();
  const listener = ({ kind }: TraceEvent) => heard.push(kind);
  loop.tracer.onAny(listener);
  loop.createTask(
    (function* waits(): Coroutine<void> {
      open.clear();
      yield* open.wait();
    })(),
  );
  loop.runReady();
  loop.tracer.off('*', listener);
  heard.length = 0;
  open.set();
  expect(heard).toEqual([]);
});
