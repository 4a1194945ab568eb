import { CODE } from '../trace/events.ts';
import { DeadlockError, type DeadlockedTask, nobodyWakes, type Unnoticed } from './errors.ts';
import type { Holder } from './suspension.ts';
import type { World } from './world.ts';

/**
 * Explains a loop in which nothing can happen any more, from those who wait alone, tasks and others: each awaited
 * thing can say what it is and who holds it, so that no trace is needed. If there is one, it is told as well: this is the moment.
 * `unnoticed`: what a loop has to do, and won't, since nobody wakes it.
 */
export function explainDeadlock(
  { clock, tracer }: World,
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
    const over = holders.filter((holder) => holder.done()).map((holder) => holder.getName());
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
  const cycle = findCycle(waiting)?.map((one) => one.getName()) ?? null;
  if (tracer.active) {
    const detail = unnoticed === null ? whoWaits(described, cycle) : nobodyWakes(unnoticed);
    tracer.emit(CODE.deadlock, tracer.cause, 0, 0, 0, [detail, ...(cycle ?? [])]);
  }
  return new DeadlockError(clock.now, described, cycle, unnoticed);
}

/** More than these would make no sentence. */
const MOST_TOLD = 4;

/** Who waits for whom, on one line: those of the ring, if there is one, or the first few of all. */
function whoWaits(all: readonly DeadlockedTask[], cycle: readonly string[] | null): string {
  if (all.length === 0) return 'nothing can happen any more, and nobody waits';
  const inRing = cycle?.flatMap((name) => all.find((one) => one.name === name) ?? []);
  const told = (inRing ?? all).slice(0, MOST_TOLD);
  const others = all.filter((one) => !told.includes(one));
  const rest = others.length === 1 ? `${others[0]!.name} waits, too` : `${others.length} others wait, too`;
  return [...told.map(whatFor), ...(others.length === 0 ? [] : [rest])].join('; ');
}

function whatFor({ name, reason, on, isHeld, holders, over = [] }: DeadlockedTask): string {
  if (isHeld && holders.length > 0) {
    const one = holders.length === 1;
    const verb = one ? (over.length > 0 ? 'held when it ended' : 'holds') : 'hold';
    const who = holders.slice(0, 3);
    const others = holders.length - who.length;
    return `${name} waits for ${on}, which ${who.join(', ')}${others > 0 ? ` and ${others} more` : ''} ${verb}`;
  }
  if (reason === 'await task' || reason === 'join') return `${name} waits for ${on}`;
  return `${name} waits: ${reason}${on && ` ${on}`}`;
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
