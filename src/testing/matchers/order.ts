/** Matchers of order: who runs before whom, and how often the loop turns from one to another. */

import { describeValue } from '../../core/errors.ts';
import { query, type TaskRef, type TaskStep } from '../../trace/query.ts';
import type { TaskState } from '../../trace/state.ts';
import { Switches } from '../../trace/switches.ts';
import type { Trace } from '../../trace/trace.ts';
import { moment, picture } from '../evidence.ts';
import { type MatcherResult, subject } from './subject.ts';
import { columns, times } from './words.ts';

export function toRunInOrder(received: unknown, tasks: readonly TaskRef[]): MatcherResult {
  const { trace } = subject(received, 'toRunInOrder');
  if (!Array.isArray(tasks) || tasks.length < 2 || new Set(tasks).size < tasks.length) {
    throw new TypeError(
      `toRunInOrder() takes a list of two or more different tasks, and looks at the first step of each: got ${describeValue(tasks)}`,
    );
  }
  const asked = query(trace);
  const starts = tasks.map((ref) => {
    const task = asked.task(ref);
    const step = asked.stepsOf(task.id)[0];
    return { task, step, seq: step?.seq ?? Number.POSITIVE_INFINITY };
  });
  const wrong = starts.findIndex(({ seq, step }, i) => !step || seq < (starts[i - 1]?.seq ?? 0));
  const order = starts.map(({ task }) => task.name).join(', ');
  const happened = () => {
    const inTurn = starts.toSorted((a, b) => a.seq - b.seq);
    const rows = inTurn.map(({ task, step }, i) => [
      step ? `${i + 1}.` : '-',
      task.name,
      step ? `at ${moment(step.from)}, in iteration ${trace.event(step.seq).iteration}` : 'never',
    ]);
    return `${columns(rows)}\n\n${pictureOfStarts(trace, inTurn)}`;
  };
  return {
    pass: wrong === -1,
    message: () => {
      if (wrong === -1) return `expected the tasks not to run in this order, but they did:\n${happened()}`;
      const { task, step } = starts[wrong]!;
      const fault = step
        ? `${task.name} ran before ${starts[wrong - 1]!.task.name}`
        : `${task.name} never ran`;
      return `expected the tasks to run in this order: ${order}\nbut ${fault}:\n${happened()}`;
    },
  };
}

interface Start {
  readonly task: TaskState;
  readonly step: TaskStep | undefined;
}

/** Steps of one moment lie on one spot of a time axis: their order shows in turns, up to where the last has started. */
function pictureOfStarts(trace: Trace, inTurn: readonly Start[]): string {
  const tasks = inTurn.map(({ task }) => task);
  const steps = inTurn.flatMap(({ step }) => step ?? []);
  const times = new Set(steps.map(({ from }) => from));
  if (times.size === steps.length) return picture(trace, tasks);
  const last = steps.at(-1)!.seq;
  const next = query(trace).find('iteration', ({ seq }) => seq > last);
  return picture(trace.beginning(next ? next.seq - 1 : trace.length), tasks, { axis: 'turns' });
}

export function toRunBefore(received: unknown, first: TaskRef, second: TaskRef): MatcherResult {
  const { trace } = subject(received, 'toRunBefore');
  const asked = query(trace);
  const [one, other] = [asked.task(first), asked.task(second)];
  if (one.id === other.id)
    throw new TypeError(`toRunBefore() takes two different tasks, and got ${one.name} twice`);
  const end = asked.eventsOf(one.id).find(({ kind }) => kind === 'task:done');
  const start = asked.stepsOf(other.id)[0];
  const pass = end !== undefined && start !== undefined && end.seq < start.seq;
  return {
    pass,
    message: () => {
      const at = (event: { readonly time: number; readonly iteration: number } | undefined) =>
        event ? `at ${moment(event.time)}, in iteration ${event.iteration}` : 'never';
      const rows = [
        [one.name, 'ends', at(end)],
        [other.name, 'starts', at(start && trace.event(start.seq))],
      ];
      let why = `${other.name} starts before ${one.name} is over`;
      if (!end) why = `${one.name} never ends`;
      if (!start) why = `${other.name} never starts`;
      const head = pass
        ? `expected ${one.name} not to be over before ${other.name} starts, but it is:`
        : `expected ${one.name} to be over before ${other.name} starts, but ${why}:`;
      return `${head}\n${columns(rows)}\n\n${picture(trace, [one, other], axisFor(end?.time, start?.from))}`;
    },
  };
}

/** What happens at one moment lies on one spot of a time axis: it shows in turns. */
function axisFor(...moments: (number | undefined)[]): { axis?: 'turns' } {
  return moments.every((time) => time === moments[0]) ? { axis: 'turns' } : {};
}

export function toSwitch(
  received: unknown,
  ...args: [times: number] | [task: TaskRef, times: number]
): MatcherResult {
  const { trace } = subject(received, 'toSwitch');
  const [ref, expected] = args.length === 1 ? [null, args[0]] : args;
  if (!(Number.isInteger(expected) && expected >= 0)) {
    throw new TypeError(
      `toSwitch(task?, times) takes a whole number of 0 or more, how often the loop turns to a task: got ${describeValue(expected)}`,
    );
  }
  const asked = query(trace);
  const task = ref === null ? null : asked.task(ref);
  const counts = switchesIn(trace);
  const count = task ? (counts.get(task.id) ?? 0) : [...counts.values()].reduce((sum, more) => sum + more, 0);
  const pass = count === expected;
  return {
    pass,
    message: () => {
      const who = task ? `the loop to switch to ${task.name}` : 'the loop to switch from one task to another';
      const did = count === 0 ? 'it never did' : pass ? 'it did' : `it did ${times(count)}`;
      const wanted = pass ? (count === 0 ? 'at least once' : `not just ${times(count)}`) : times(expected);
      const head = `expected ${who} ${wanted}, but ${did}`;
      const tasks = task ? [task] : asked.tasks().filter(({ id }) => counts.has(id));
      const rows = tasks.slice(0, MANY).map(({ id, name }) => [name, times(counts.get(id) ?? 0)]);
      const more = tasks.length > MANY ? `\n  … and ${tasks.length - MANY} more` : '';
      const counted = rows.length === 0 ? '' : `:\n${columns(rows)}${more}`;
      return `${head}${counted}\n\n${picture(trace, task ? [task] : [], { axis: 'turns' })}`;
    },
  };
}

/** So many tasks are listed. */
const MANY = 12;

/** How often the loop turned to each task, by its number. */
function switchesIn(trace: Trace): ReadonlyMap<number, number> {
  const switches = new Switches();
  for (const event of trace) switches.see(event);
  return switches.counts;
}
