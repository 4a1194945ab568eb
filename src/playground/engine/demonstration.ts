/**
 * What stands in for `loopscope/node` in a browser: its `demo`, so that the demos run as they are written.
 *
 * Of a demo's words it keeps what a reader sees beside the program. That a demo has a point is checked where demos are made.
 */

/** What a part runs. */
export type PartProgram = () => unknown;

/** What `demo(…)` gives here. */
export interface Demonstration {
  readonly title: string;
  readonly watch: readonly string[];
  readonly question: string;
  readonly parts: readonly {
    readonly title: string;
    readonly program: PartProgram;
    /** The class of the error that it is there to show. */
    readonly fails: (abstract new (...args: never[]) => unknown) | null;
  }[];
  readonly figure: ((view: { width: number; color: boolean }) => string) | null;
}

const made = new WeakSet<object>();

/** Takes the description of a demo, or the part of one that a single program is. Throws a TypeError if there is nothing to run. */
export function demonstration(description: unknown): Demonstration {
  if (typeof description !== 'object' || description === null) {
    throw new TypeError('demo() takes a description, such as { title, program, watch, question }');
  }
  const { title, watch, question, parts, program, fails, figure } = description as Record<string, unknown>;
  const demo: Demonstration = {
    title: text(title),
    watch: Array.isArray(watch) ? watch.map(text) : [],
    question: text(question),
    parts: Array.isArray(parts) ? parts.map(part) : program === undefined ? [] : [part({ program, fails })],
    figure: typeof figure === 'function' ? (figure as Demonstration['figure']) : null,
  };
  if (demo.parts.length === 0 && demo.figure === null)
    throw new TypeError('the demo has nothing to run: no program');
  made.add(demo);
  return demo;
}

function part(described: unknown): Demonstration['parts'][number] {
  const { title, program, fails } = (described ?? {}) as Record<string, unknown>;
  if (typeof program !== 'function') throw new TypeError('a part of the demo has no program to run');
  return {
    title: text(title),
    program: program as PartProgram,
    fails: typeof fails === 'function' ? (fails as Demonstration['parts'][number]['fails']) : null,
  };
}

/** Whether `demo()` made it. */
export function isDemonstration(value: unknown): value is Demonstration {
  return typeof value === 'object' && value !== null && made.has(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
