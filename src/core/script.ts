import { CODE } from '../trace/events.ts';
import { type Coroutine, isCoroutine } from './coroutine.ts';
import { isAsync, PROMISE_HINT, RuntimeError, ValueError } from './errors.ts';
import { formatValue } from './format.ts';
import { attachMachine, type LoopOptions } from './loop-options.ts';
import { Oracle } from './oracle.ts';
import { finishAfter, type RunOptions, run } from './runner.ts';
import { running } from './running.ts';
import { World } from './world.ts';

/** What those are told who run without a loop, and what they have instead. */
export interface Missing {
  loop(): string;
  task(): string;
}

/** A script in progress: the world and the settings that its plain code and the loops it runs have in common. */
export interface Script {
  readonly world: World;
  readonly options: LoopOptions;
  /** Prints a line: into the trace, and out. */
  print(line: string): void;
  /** Only out. */
  write(line: string): void;
  /** What to say to code that asks for a loop, or a task, and has none here; if not given, what is usual. */
  readonly missing?: Missing;
}

/**
 * Runs a whole script: plain code, and `run(main())` as often as it likes, on one clock from beginning to end.
 *
 * Outside a script each `run` starts a clock of its own at 0. In a script `compute`, `blockingSleep`, `now` and `print`
 * work before, between and after the loops, as the lines of a Python script around `asyncio.run` do. If `script`
 * returns a coroutine it is run as `run` would, so every Program is a script too. Throws a RuntimeError inside a
 * script or a loop.
 *
 * @example
 * runScript(() => { run(main()); blockingSleep(seconds(6)); print(now()); });
 */
export function runScript<T>(script: () => T | Coroutine<T>, options: RunOptions = {}): T {
  if (options.world && options.trace) {
    throw new ValueError(
      'a script takes a world or a trace, not both: the trace belongs to the world, new World(trace)',
    );
  }
  if (running.script !== null) throw new RuntimeError('a script is running already, and scripts do not nest');
  if (running.loop !== null) throw new RuntimeError('runScript() can not be called in a running event loop');
  const world = options.world ?? new World(options.trace ?? null);
  const machine = attachMachine(options.machine, world);
  world.askSites(options.sites);
  world.oracle ??= new Oracle(world, options.seed ?? 0, options.policy ?? null);
  if (options.adjust) world.adjust = options.adjust;
  const write = options.print ?? console.log.bind(console);
  const print = (line: string) => {
    const { tracer } = world;
    if (world.sites !== null) world.sites.note(false);
    if (tracer.active) tracer.emit(CODE.print, 0, 0, 0, 0, line);
    write(line);
  };
  // The world has the trace; the name is for the program's main task alone; and all loops share the one machine.
  const { trace: _, name, machine: __, ...shared } = options;
  running.script = { world, options: { ...shared, ...(machine && { machine }), world }, print, write };
  let result: T;
  let hasReturned = false;
  try {
    const returned = script();
    if (isAsync(returned)) {
      if (returned instanceof Promise) returned.catch(() => {}); // this error is enough
      throw new TypeError(`a script or program can not be an async function: ${PROMISE_HINT}`);
    }
    result = isCoroutine(returned)
      ? run(returned as Coroutine<T>, name === undefined ? {} : { name })
      : (returned as T);
    hasReturned = true;
    world.processor?.finish();
    world.invariants?.finish();
  } catch (error) {
    if (!hasReturned) finishAfter(world, error);
    throw world.tracer.failure?.error ?? error;
  } finally {
    running.script = null;
  }
  return result;
}

/**
 * Prints a line of the program's output: its values, strings as they are, joined by spaces.
 *
 * It goes where the loop's `print` option says (to the console by default), and into the trace with its virtual time
 * and task. Mirrors Python's `print`.
 *
 * @example
 * print('rice is done at', now());
 */
export function print(...values: unknown[]): void {
  const line = values.map(formatValue).join(' ');
  const target = running.loop ?? running.script;
  if (target === null) console.log(line);
  else target.print(line);
}
