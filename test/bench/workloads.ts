/**
 * What is measured: the workloads W1 … W8 and MEM, and the recording of W1.
 *
 * Only data and arithmetic stand here; the contenders (`floors.ts`, `loopscope.ts`, `native.ts`, `asyncio_loop.py`)
 * each do the work of a workload in their own way. Whatever they must agree on is here as well: sizes, how many
 * operations a size is, and the random delays. Every contender returns a number that depends on the work (a virtual
 * time, a sum, an order), and the numbers must be equal: a contender that does less is found out.
 *
 * `aim` and `limit` are times the floor of the same run (MEM: bytes). They are goals of the project, not results: each
 * aim was met by some prototype, the limits are what may never be shipped slower. Where a variant has none (W4 with
 * capacity 64, W8 at depth 1) nobody has set one.
 */

/** The names of the workloads. */
export const WORKLOAD_IDS = [
  'W1',
  'W2',
  'W3',
  'W4-1',
  'W4-64',
  'W5',
  'W6',
  'W7s',
  'W7l',
  'W7c',
  'W8-1',
  'W8-10',
  'MEM',
  'REC',
] as const;

/** The name of a workload. */
export type WorkloadId = (typeof WORKLOAD_IDS)[number];

/** How much of a workload is done in one run: `tasks` (chains, pending timers), each `turns` times. */
export interface Size {
  readonly tasks: number;
  readonly turns: number;
}

/** One line of the report. */
export interface Workload {
  readonly id: WorkloadId;
  /** What is done, in a few words. */
  readonly title: string;
  /** What one operation is. */
  readonly operation: string;
  readonly size: Size;
  /** Times the floor (MEM: bytes) we want to reach. */
  readonly aim?: number;
  /** Times the floor (MEM: bytes) that must never be exceeded. */
  readonly limit?: number;
}

const all: readonly Workload[] = [
  {
    id: 'W1',
    title: '1,000 tasks take turns with sleep(0)',
    operation: 'switch',
    size: { tasks: 1_000, turns: 200 },
    aim: 1.9,
    limit: 3.5,
  },
  {
    id: 'W2',
    title: '1,000 tasks sleep for random times',
    operation: 'sleep',
    size: { tasks: 1_000, turns: 100 },
    aim: 1.4,
    limit: 2.5,
  },
  {
    id: 'W3',
    title: 'gather of 1,000 tasks, one sleep each',
    operation: 'task',
    size: { tasks: 1_000, turns: 1 },
    aim: 2.2,
    limit: 3.5,
  },
  {
    id: 'W4-1',
    title: 'producer, consumer, a queue of capacity 1',
    operation: 'item',
    size: { tasks: 1, turns: 100_000 },
    aim: 2.7,
    limit: 5,
  },
  {
    id: 'W4-64',
    title: 'the same with capacity 64',
    operation: 'item',
    size: { tasks: 1, turns: 100_000 },
  },
  {
    id: 'W5',
    title: '1,000 tasks on one lock, sleep(0) inside',
    operation: 'turn',
    size: { tasks: 1_000, turns: 100 },
    aim: 2.4,
    limit: 5,
  },
  {
    id: 'W6',
    title: 'create a trivial task and await it',
    operation: 'task',
    size: { tasks: 100_000, turns: 1 },
    aim: 2.8,
    limit: 5.5,
  },
  {
    id: 'W7s',
    title: '1,000 chains of callSoon',
    operation: 'callback',
    size: { tasks: 1_000, turns: 200 },
    aim: 2.4,
    limit: 4,
  },
  {
    id: 'W7l',
    title: 'callLater, 1,000 pending',
    operation: 'callback',
    size: { tasks: 1_000, turns: 100 },
    aim: 1.5,
    limit: 2.5,
  },
  {
    id: 'W7c',
    title: 'arm a timeout and cancel it, 1,000 pending',
    operation: 'pair',
    size: { tasks: 1_000, turns: 100 },
    aim: 2.2,
    limit: 4,
  },
  {
    id: 'W8-1',
    title: 'sleep(0) below 1 level of yield*',
    operation: 'resume',
    size: { tasks: 100, turns: 1_000 },
  },
  {
    id: 'W8-10',
    title: 'sleep(0) below 10 levels of yield*',
    operation: 'resume',
    size: { tasks: 100, turns: 1_000 },
    aim: 1.15,
    limit: 1.5,
  },
  {
    id: 'MEM',
    title: 'live memory of a sleeping task, of 100,000',
    operation: 'task',
    size: { tasks: 100_000, turns: 1 },
    aim: 360,
    limit: 550,
  },
  {
    id: 'REC',
    title: 'W1 recorded / W1 not recorded',
    operation: 'switch',
    size: { tasks: 1_000, turns: 100 },
    limit: 3,
  },
];

/** All workloads, in the order of the report. */
export const WORKLOADS = Object.fromEntries(all.map((workload) => [workload.id, workload])) as {
  readonly [Id in WorkloadId]: Workload;
};

/** Which workloads a name on the command line means: `W4` is W4-1 and W4-64, `W7` is W7s, W7l and W7c. */
export function workloadsNamed(name: string): WorkloadId[] {
  const wanted = name.trim().toLowerCase();
  const exact = WORKLOAD_IDS.filter((id) => id.toLowerCase() === wanted);
  if (exact.length > 0) return exact;
  const found = wanted === '' ? [] : WORKLOAD_IDS.filter((id) => id.toLowerCase().startsWith(wanted));
  if (found.length === 0) {
    throw new Error(`no workload is called '${name}'; there are ${WORKLOAD_IDS.join(', ')}`);
  }
  return found;
}

/**
 * The workloads whose growth with the number of tasks is measured, and the turns that each task takes at least. Few
 * would do to fill the time, but soon after the start a collection moves all the tasks that were just made: its cost
 * must spread over many turns.
 */
const LEAST_TURNS: { readonly [Id in WorkloadId]?: number } = { W1: 20, W2: 5, W3: 1 };

/** The workloads whose growth with the number of tasks is measured. */
export const GROWING = WORKLOAD_IDS.filter((id) => id in LEAST_TURNS);

/** The size of a growing workload at another number of tasks: fewer turns each, so that a run ends. */
export function grown(id: WorkloadId, tasks: number): Size {
  const { size } = WORKLOADS[id];
  const turns = size.turns === 1 ? 1 : Math.ceil(operations(size) / tasks);
  return { tasks, turns: Math.max(turns, LEAST_TURNS[id] ?? 1) };
}

/** How many operations one run of this size is. */
export function operations({ tasks, turns }: Size): number {
  return tasks * turns;
}

/** How many timeouts one callback arms and cancels in W7c. */
export const BATCH = 100;

/**
 * The next state of a small random generator (Numerical Recipes' linear congruence), an integer of 32 bits. Every task
 * owns one, so that the delays it draws do not depend on the order in which tasks run.
 */
export function nextRandom(state: number): number {
  return (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
}

/** A delay drawn from a state: 0 … 1,024 virtual ms, of 2³² different ones, so that few are equal. */
export function delayOf(state: number): number {
  return (state >>> 0) * 2 ** -22;
}

/** The state a task's random generator starts from; neighbours must not draw neighbouring delays. */
export function seedOf(task: number): number {
  return nextRandom(Math.imul(task + 1, 0x9e3779b1));
}
