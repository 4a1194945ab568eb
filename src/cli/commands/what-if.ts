import { type Change, whatIf as changed } from '../../analysis/what-if.ts';
import { ValueError } from '../../core/errors.ts';
import type { DemoProgram } from '../../node/demo.ts';
import { scriptOf } from '../../node/demo.ts';
import { FileError, loadRunnable } from '../../node/load-program.ts';
import { whatIfText } from '../../views/what-if-text.ts';
import { type Command, EXIT, LOOKS, type Options, SEED, UsageError } from '../command.ts';
import { isTraceFile } from '../traces.ts';

const KINDS = ['sleep', 'compute', 'block', 'request', 'busy'] as const;

export const whatIf: Command = {
  name: 'what-if',
  summary: 'runs a program again with something in it taking longer or less',
  usage: 'FILE [whose] --set MS | --scale X | --add MS [options]',
  about: [
    'FILE is a program (.ts, .js): a trace tells what happened, and not what would have. Whose durations are changed is said',
    'by any of --task, --thread, --device, --what and --label.',
  ],
  options: {
    task: { value: 'NAME', help: 'those of this task' },
    thread: { value: 'NAME', help: 'those of this thread' },
    device: { value: 'NAME', help: 'requests to this device' },
    what: { value: 'KIND', help: `only ${KINDS.join(', ')}` },
    label: { value: 'TEXT', help: 'what is called so' },
    set: { value: 'MS', help: 'they take so many ms' },
    scale: { value: 'X', help: 'they take so many times as long' },
    add: { value: 'MS', help: 'they take so many ms more, or less' },
    part: { value: 'N', help: 'of a demo with several parts this one; 1 by default' },
    ...SEED,
    ...LOOKS,
  },
  examples: [
    [
      'loopscope what-if chores.ts --task rice --what sleep --scale 0.5',
      'what if the rice took half as long?',
    ],
    ['loopscope what-if fetch.ts --device network --set 20', 'what if the network took 20 ms?'],
  ],
  async run({ args, options, terminal, width, color }) {
    const [path, ...more] = args;
    if (path === undefined || more.length > 0) throw new UsageError('one program file, please');
    if (isTraceFile(path))
      throw new UsageError('a trace can’t be run again: what-if takes the program itself');
    const seed = options.whole('seed', 0);
    const script = scriptOf(await programOf(path, options.whole('part', 1) ?? 1));
    try {
      const view = changed(script, changeOf(options), seed === undefined ? {} : { seed });
      terminal.out(`${whatIfText(view, { width, color })}\n`);
      return view.before.error === null && view.after.error === null ? EXIT.fine : EXIT.failed;
    } catch (error) {
      if (error instanceof ValueError) throw new UsageError(error.message);
      throw error;
    }
  },
};

async function programOf(path: string, part: number): Promise<DemoProgram> {
  const loaded = await loadRunnable(path);
  if (loaded.kind === 'function') return loaded.program;
  const { parts } = loaded.demo;
  const found = parts[part - 1];
  if (found === undefined) throw new FileError(`${path} has ${parts.length} parts, and no part ${part}`);
  return found.program;
}

function changeOf(options: Options): Change {
  const [task, thread, device, label] = ['task', 'thread', 'device', 'label'].map((name) =>
    options.text(name),
  );
  const what = options.choice('what', KINDS);
  const [set, scale, add] = ['set', 'scale', 'add'].map((name) => numberOf(options, name));
  return {
    ...(task !== undefined && { task }),
    ...(thread !== undefined && { thread }),
    ...(device !== undefined && { device }),
    ...(label !== undefined && { label }),
    ...(what !== undefined && { what }),
    ...(set !== undefined && { set }),
    ...(scale !== undefined && { scale }),
    ...(add !== undefined && { add }),
  };
}

function numberOf(options: Options, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`--${name} needs a number, got '${text}'`);
  return value;
}
