import { Adjustment, type Change, whatIfOf } from '../../analysis/what-if.ts';
import { ValueError } from '../../core/errors.ts';
import { type FreshRequest, FreshRunError, runFresh } from '../../node/fresh-run.ts';
import { loadRunnable, partAt } from '../../node/load-program.ts';
import { TraceLimitError } from '../../trace/recorder.ts';
import { whatIfText } from '../../views/what-if-text.ts';
import { BOUNDS, type Command, EXIT, LOOKS, type Options, SEED, UsageError } from '../command.ts';
import { boundsOf, isTraceFile, SAVED_EVENTS, tellCut } from '../traces.ts';

const KINDS = ['sleep', 'compute', 'block', 'request', 'busy'] as const;

export const whatIf: Command = {
  name: 'what-if',
  summary: 'runs a program again with something in it taking longer or less',
  usage: 'FILE [whose] --set TIME | --scale X | --add TIME [options]',
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
    set: { value: 'TIME', help: 'they take so long, as 20s or 40min; a bare number is in ms' },
    scale: { value: 'X', help: 'they take so many times as long' },
    add: { value: 'TIME', help: 'they take so much longer; -5min: less' },
    part: { value: 'N', help: 'of a demo with several parts this one; 1 by default' },
    ...SEED,
    ...BOUNDS,
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
    const bounds = boundsOf(options);
    const request: Omit<FreshRequest, 'changes'> = {
      file: path,
      part: options.whole('part', 1) ?? 1,
      schedule: options.whole('seed', 0) ?? 0,
      maxEvents: SAVED_EVENTS,
      ...bounds,
    };
    const change = checked(changeOf(options));
    const loaded = await loadRunnable(path); // what is wrong with the file is told once
    if (loaded.kind === 'demo') partAt(loaded.demo, path, request.part);
    try {
      // Each in a process of its own: what the module keeps must be as new in either.
      const plain = await runFresh({ ...request, changes: [] }).done;
      const changed = await runFresh({ ...request, changes: [change], draws: plain.draws }).done;
      const [before, after] = [plain, changed].map(({ trace, failure, isCut }) => {
        // Two that were both cut where nobody said to would end as if there were no difference.
        if (isCut && bounds.until === undefined && bounds.maxEvents === undefined)
          throw new UsageError(
            `${path} goes on for more than ${SAVED_EVENTS} events: --until TIME or --max-events N says where both runs end`,
          );
        return { trace, end: trace.endTime, error: failure?.text ?? null, isCut };
      });
      const view = whatIfOf(before!, after!, [change]);
      terminal.out(`${whatIfText(view, { width, color })}\n`);
      for (const [which, { isCut, trace }] of Object.entries({ before: before!, after: after! })) {
        const { maxEvents, until = null } = request;
        const cut = new TraceLimitError(maxEvents, trace.endTime, trace.length < maxEvents ? until : null);
        if (isCut) terminal.err(`${tellCut(cut, path, which, trace)}\n`);
      }
      return view.before.error === null && view.after.error === null ? EXIT.fine : EXIT.failed;
    } catch (error) {
      if (error instanceof FreshRunError) throw new UsageError(error.message);
      throw error;
    }
  },
};

function checked(change: Change): Change {
  try {
    return new Adjustment(change).changes[0]!;
  } catch (error) {
    throw error instanceof ValueError ? new UsageError(error.message) : error;
  }
}

function changeOf(options: Options): Change {
  const [task, thread, device, label] = ['task', 'thread', 'device', 'label'].map((name) =>
    options.text(name),
  );
  const what = options.choice('what', KINDS);
  const [set, scale, add] = [options.time('set'), scaleOf(options), addedOf(options)];
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

function scaleOf(options: Options): number | undefined {
  const text = options.text('scale');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`--scale needs a number, got '${text}'`);
  return value;
}

/** A time to add, which may be less than none. */
function addedOf(options: Options): number | undefined {
  const text = options.text('add');
  const [, minus, amount] = /^([-+]?)(.*)$/s.exec(text?.trim() ?? '')!;
  const time = options.time('add', amount);
  return time === undefined ? undefined : minus === '-' ? -time : time;
}
