import { DeadlockError, type DeadlockedTask } from './errors.ts';
import type { Task } from './task.ts';

/**
 * Explains a loop in which nothing can happen any more, from the live tasks alone: each awaited thing can say what it
 * is and which tasks hold it, so that no trace is needed.
 */
export function explainDeadlock(time: number, tasks: readonly Task<unknown>[]): DeadlockError {
  const unnamed = new Map<object, string>();
  const described = tasks.map((task): DeadlockedTask => {
    const awaited = task.waitingOn;
    if (awaited === null)
      return { name: task.getName(), reason: 'nothing', on: '', isHeld: false, holders: [] };
    const { reason, name, target, on, holders } = awaited.describeWait();
    // Locks and queues without a name are told apart by number.
    let label = name;
    if (!label && on === 'resource' && target !== null && 'resourceType' in target) {
      label = unnamed.get(target) ?? `${target.resourceType} ${unnamed.size + 1}`;
      unnamed.set(target, label);
    }
    return {
      name: task.getName(),
      reason,
      on: label,
      isHeld: on === 'resource',
      holders: holders.map((holder) => holder.getName()),
    };
  });
  return new DeadlockError(time, described, findCycle(tasks)?.map((task) => task.getName()) ?? null);
}

/** A ring of tasks each of which waits for the next: depth first along who waits for whom. */
function findCycle(tasks: readonly Task<unknown>[]): Task<unknown>[] | null {
  const finished = new Set<Task<unknown>>();
  for (const start of tasks) {
    // The path down to where we are, and what is still to be tried at each task on it.
    const path: Task<unknown>[] = [];
    const choices: Task<unknown>[][] = [];
    const enter = (task: Task<unknown>) => {
      path.push(task);
      choices.push([...(task.waitingOn?.describeWait().holders ?? [])]);
    };
    if (!finished.has(start)) enter(start);
    while (path.length > 0) {
      const next = choices[choices.length - 1]!.shift();
      if (next === undefined) {
        finished.add(path.pop()!);
        choices.pop();
      } else if (path.includes(next)) {
        return path.slice(path.indexOf(next));
      } else if (!finished.has(next) && !next.done()) {
        enter(next);
      }
    }
  }
  return null;
}
