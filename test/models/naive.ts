/**
 * The figures of a summary, computed from a whole recorded trace the slow way: the life of each thread and task is written
 * out as a list of states, and then added up.
 */

import type { Costs, Summary, TraceEvent, WaitCause } from '../../src/index.ts';

interface Life {
  readonly kind: 'thread' | 'task';
  readonly process: number;
  readonly from: number;
  to: number;
  /** Its place in the trace. */
  readonly first: number;
  last: number;
  readonly states: { readonly time: number; readonly state: string }[];
}

function livesOf(events: readonly TraceEvent[]): Life[] {
  const end = events.at(-1)!.time;
  const lives = new Map<string, Life>();
  events.forEach((event, place) => {
    const id = 'thread' in event ? `thread ${event.thread}` : 'task' in event ? `task ${event.task}` : '';
    if (event.kind === 'thread:create' || event.kind === 'task:create') {
      lives.set(id, {
        kind: event.kind === 'thread:create' ? 'thread' : 'task',
        process: event.kind === 'thread:create' ? event.process : 0,
        from: event.time,
        to: end,
        first: place,
        last: events.length,
        states: [{ time: event.time, state: 'new' }],
      });
    }
    const life = lives.get(id);
    const enter = (state: string) => life!.states.push({ time: event.time, state });
    if (event.kind === 'thread:ready') enter(event.lack);
    if (event.kind === 'thread:preempt') enter({ gil: 'gil', slice: 'core' }[event.by]!);
    if (event.kind === 'gil:take') enter('core');
    if (event.kind === 'thread:run' || event.kind === 'task:step') enter('running');
    if (event.kind === 'task:ready') {
      const due = dueOf(event, events);
      const last = life!.states.at(-1)!;
      if (due !== undefined && (last.state === 'sleep' || last.state === 'device'))
        life!.states.push({ time: Math.max(due, last.time), state: 'overdue' });
    }
    if (event.kind === 'task:ready' || event.kind === 'task:yield') enter('ready');
    if (event.kind === 'thread:wait' || event.kind === 'task:wait') {
      if (event.reason === 'select' || event.reason === 'job') enter('idle');
      else if (event.reason === 'exit') enter('join');
      else if (event.on === 'timer') enter('sleep');
      else if (event.on === 'resource') enter(event.reason === 'request' ? 'device' : 'lock');
      else enter('join');
    }
    if (event.kind === 'thread:done' || event.kind === 'task:done') {
      enter('done');
      life!.to = event.time;
      life!.last = place;
    }
  });
  return [...lives.values()];
}

/** When the timer was due, or the request complete, that made an event happen; undefined if neither did. */
function dueOf(event: TraceEvent, events: readonly TraceEvent[]): number | undefined {
  const cause = events[event.cause - 1];
  if (cause?.kind === 'timer:due') {
    const timer = events[cause.timer - 1];
    return timer?.kind === 'timer:set' ? timer.when : undefined;
  }
  if (cause?.kind === 'request:deliver')
    return events.find((e) => e.kind === 'request:complete' && e.request === cause.request)?.time;
  const passesOn = ['handle:run', 'future:done', 'task:cancel'];
  return cause !== undefined && passesOn.includes(cause.kind) ? dueOf(cause, events) : undefined;
}

function timeIn(state: string, lives: readonly Life[]): number {
  let sum = 0;
  for (const { states, to } of lives)
    states.forEach((entered, i) => {
      if (entered.state === state) sum += (states[i + 1]?.time ?? to) - entered.time;
    });
  return sum;
}

export function naiveSummary(
  trace: Iterable<TraceEvent>,
  cores: number,
  costs: Partial<Costs> = {},
): Summary {
  const events = [...trace];
  const lives = livesOf(events);
  const threads = lives.filter(({ kind }) => kind === 'thread');
  const tasks = lives.filter(({ kind }) => kind === 'task');
  const isMachine = threads.length > 0;
  const count = (...kinds: string[]) => events.filter(({ kind }) => kinds.includes(kind)).length;
  const overheadOf = (what: string) =>
    events.reduce((sum, event) => sum + (event.kind === 'overhead' && event.what === what ? event.ms : 0), 0);
  const overhead = {
    switch: overheadOf('switch'),
    create: overheadOf('create'),
    pickle: overheadOf('pickle'),
  };
  const total = overhead.switch + overhead.create + overhead.pickle;
  const makespan = events.at(-1)!.time - events[0]!.time;
  // What a loop does is told by `compute` as long as it has the processor for itself, and by its thread afterwards.
  const takeover = isMachine ? events.findIndex(({ kind }) => kind === 'machine:new') : events.length;
  const alone = events.slice(0, takeover);
  const sum = (kind: string, read: (event: never) => number, from = events) =>
    from.reduce((all, event) => all + (event.kind === kind ? read(event as never) : 0), 0);
  const length = ({ from, to }: { from: number; to: number }) => to - from;
  const paid = sum('overhead', ({ ms }: { ms: number }) => ms, events.slice(takeover));
  const busy = sum('compute', length, alone) + timeIn('running', threads) - paid;
  const causes = ['gil', 'core', 'ready', 'overdue', 'sleep', 'device', 'lock', 'join', 'idle'] as const;
  const waiting = Object.fromEntries(causes.map((cause) => [cause, timeIn(cause, lives)])) as {
    [C in WaitCause]: number;
  };
  waiting.sleep += sum('block', length, alone);

  const peak = { processes: 0, threads: 0, tasks: 0, memory: 0 };
  for (let place = 0; place < events.length; place++) {
    const isAlive = ({ first, last }: Life) => first <= place && place < last;
    const live = threads.filter(isAlive);
    // A process begins a moment before its first thread.
    const begun = new Set(
      events.slice(0, place + 1).flatMap((e) => (e.kind === 'process:new' ? [e.process] : [])),
    );
    const over = [...begun].filter((process) => {
      const own = threads.filter((thread) => thread.process === process && thread.first <= place);
      return own.length > 0 && own.every((thread) => !isAlive(thread));
    });
    const now = {
      processes: isMachine ? begun.size - over.length : 1,
      threads: isMachine ? live.length : 1,
      tasks: tasks.filter(isAlive).length,
    };
    peak.processes = Math.max(peak.processes, now.processes);
    peak.threads = Math.max(peak.threads, now.threads, 1);
    peak.tasks = Math.max(peak.tasks, now.tasks);
    const bytes =
      now.processes * (costs.processMemory ?? 0) +
      Math.max(0, now.threads - now.processes) * (costs.threadMemory ?? 0) +
      now.tasks * (costs.coroutineMemory ?? 0);
    peak.memory = Math.max(peak.memory, bytes);
  }
  return {
    makespan,
    cores,
    busy,
    cpuUse: makespan === 0 ? 0 : busy / (makespan * cores),
    overhead: { total, ...overhead },
    switches: {
      voluntary: count('thread:wait', 'task:wait', 'task:yield'),
      forced: count('thread:preempt'),
    },
    waiting,
    peak,
    failed: events.filter((e) => 'outcome' in e && e.kind !== 'future:done' && e.outcome === 'exception')
      .length,
    events: events.length,
  };
}
