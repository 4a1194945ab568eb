import { DeadlockError, type DeadlockedTask, type Unnoticed } from './errors.ts';
import type { Holder } from './suspension.ts';

/**
 * Explains a loop in which nothing can happen any more, from those who wait alone, tasks and others: each awaited
 * thing can say what it is and who holds it, so that no trace is needed. `unnoticed`: what a loop has to do, and won't, since
 * nobody wakes it.
 */
export function explainDeadlock(
  time: number,
  waiting: readonly Holder[],
  unnoticed: Unnoticed | null = null,
): DeadlockError {
  const unnamed = new Map<object, string>();
  const described = waiting.map((one): DeadlockedTask => {
    const wait = one.waitsFor();
    if (wait === null) {
      return { name: one.getName(), ...kindOf(one), reason: 'nothing', on: '', isHeld: false, holders: [] };
    }
    const { reason, name, target, on, holders } = wait;
    // Locks and queues without a name are told apart by number.
    let label = name;
    if (!label && on === 'resource' && target !== null && 'resourceType' in target) {
      label = unnamed.get(target) ?? `${target.resourceType} ${unnamed.size + 1}`;
      unnamed.set(target, label);
    }
    const over = holders
      .filter((holder) => holder.kind !== undefined && holder.done())
      .map((holder) => holder.getName());
    return {
      name: one.getName(),
      ...kindOf(one),
      reason,
      on: label,
      isHeld: on === 'resource',
      holders: holders.map((holder) => holder.getName()),
      ...(on === 'resource' && over.length > 0 ? { over } : {}),
    };
  });
  return new DeadlockError(
    time,
    described,
    findCycle(waiting)?.map((one) => one.getName()) ?? null,
    unnoticed,
  );
}

function kindOf({ kind }: Holder): { kind?: string } {
  return kind === undefined ? {} : { kind };
}

/** A ring of those each of whom waits for the next: depth first along who waits for whom. */
function findCycle(waiting: readonly Holder[]): Holder[] | null {
  const finished = new Set<Holder>();
  for (const start of waiting) {
    // The path down to where we are, and what is still to be tried at each one on it.
    const path: Holder[] = [];
    const choices: Holder[][] = [];
    const enter = (one: Holder) => {
      path.push(one);
      choices.push([...(one.waitsFor()?.holders ?? [])]);
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
