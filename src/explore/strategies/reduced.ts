import type { ChoiceKind, DrawKind, SchedulingPolicy } from '../../core/policy.ts';
import { depend, Footprints, type Group } from '../footprints.ts';
import { endOf } from '../plain.ts';
import { AstrayError, type Plan, type Strategy } from '../strategy.ts';

/** A question on the way that is being run, and which answers to it are to be run. */
interface Crossing {
  readonly what: ChoiceKind | DrawKind;
  readonly of: number;
  at: number;
  readonly wanted: Set<number>;
  readonly tried: Set<number>;
}

/**
 * Every schedule that makes a difference: of two orders that lead to the same state one is run (dynamic partial-order reduction;
 * Flanagan and Godefroid, POPL 2005).
 *
 * A run begins with the faithful answers. Then it is looked at who touched what in the steps that were chosen between (see
 * footprints.ts): where the order of two mattered, the other one is wanted at the place where the first of them was picked. What
 * nobody wants is not run. Between two orders that were left out and one that was run only independent neighbours change places.
 *
 * It is sound where all that tasks share is in `shared` cells and in what the library has (locks, queues, events, devices, output),
 * and only you know whether it is: a closure variable leaves no footprint, and neither does the loop's `random`. Where it can't be
 * done (threads, claims about every moment, switching that takes time) everything is run, and the note says so.
 *
 * @example
 * let last = ''; // a closure variable: both tasks write it, and neither order is seen to matter
 * const cell = shared('', 'last'); // seen: both orders are run
 */
export function reduced(): Strategy {
  let way: Crossing[] = [];
  let asked = 0;
  let footprints = new Footprints();
  let isOver = false;
  /** Why everything is run; null: it isn't. */
  let trouble: string | null = null;
  /** How many pairs were seen whose order made no difference. */
  let independent = 0;
  let isAstray = false;

  const answer = (what: ChoiceKind | DrawKind, of: number): number => {
    const place = asked++;
    way[place] ??= { what, of, at: 0, wanted: new Set([0]), tried: new Set() };
    const crossing = way[place];
    if (crossing.what !== what || crossing.of !== of) isAstray = true;
    return Math.min(crossing.at, of - 1);
  };
  const policy: SchedulingPolicy = {
    choose: answer,
    draw(kind, low, high) {
      return endOf(kind, low, high, answer(kind, low === high ? 1 : 2));
    },
  };

  return {
    name: 'exhaustive, reduced',
    code: 'reduced()',
    isByEnds: true,
    next(): Plan | null {
      if (isOver) return null;
      asked = 0;
      footprints = new Footprints();
      return { policy, seed: 0, listener: footprints };
    },
    learn() {
      if (isAstray || asked < way.length) throw new AstrayError();
      if (trouble === null && footprints.trouble !== null) {
        // What was left out so far is wanted after all: it begins anew.
        trouble = footprints.trouble;
        if (way.some(({ tried }) => tried.size > 0)) {
          way = [];
          return;
        }
      }
      for (const crossing of way) if (wantsAll(crossing.what)) wantAll(crossing);
      if (trouble === null) for (const group of footprints.groups) independent += wantOthers(group, way);
      isOver = !goOn(way);
    },
    note() {
      if (trouble !== null) return `not reduced, every schedule was run: ${trouble}`;
      return independent === 0
        ? 'reduced, in vain: every order mattered, or might; a step that ends a task, say, is held to depend on all others'
        : 'reduced: of orders that touch nothing in common one was run; closure variables can’t be seen';
    },
  };

  function wantsAll(what: ChoiceKind | DrawKind): boolean {
    if (trouble !== null) return true;
    // Where the ready queue is permuted, the order of timers is no order of steps.
    return what !== 'timer' && what !== 'ready';
  }
}

function wantAll({ of, wanted }: Crossing): void {
  for (let at = 0; at < of; at++) wanted.add(at);
}

/** Where the order of two mattered, the later one is wanted where the earlier one was picked. Returns of how many pairs it didn't. */
function wantOthers({ what, candidates, places, turns }: Group, way: readonly Crossing[]): number {
  const left = Array.from({ length: candidates }, (_, one) => one);
  const order: number[] = [];
  const choices = places.map((place) => {
    const before = [...left];
    order.push(...left.splice(way[place]!.at, 1));
    return { crossing: way[place]!, before };
  });
  // Who was not asked about, and those whose turn never came, because the program was over.
  order.push(...left);
  let independent = 0;
  choices.forEach(({ crossing, before }, i) => {
    for (let j = i + 1; j < order.length; j++) {
      const [one, other] = [turns[i], turns[j]];
      if (one && other && !depend(one, other, what === 'timer')) independent++;
      else crossing.wanted.add(before.indexOf(order[j]!));
    }
  });
  return independent;
}

/** Takes the last crossing where something is wanted that was not tried; false if there is none. */
function goOn(way: Crossing[]): boolean {
  for (let last = way.pop(); last !== undefined; last = way.pop()) {
    last.tried.add(last.at);
    const next = [...last.wanted].find((at) => !last.tried.has(at));
    if (next === undefined) continue;
    last.at = next;
    way.push(last);
    return true;
  }
  return false;
}
