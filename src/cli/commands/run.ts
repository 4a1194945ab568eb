import type { RunOptions } from '../../core/runner.ts';
import { runScript } from '../../core/script.ts';
import { now } from '../../core/world.ts';
import { type Replayed, replay } from '../../explore/replay.ts';
import { metaOf, type PlayOptions, playDemo, scriptOf } from '../../node/demo.ts';
import { FileError, loadRunnable } from '../../node/load-program.ts';
import { renderDemo } from '../../node/render-demo.ts';
import { tell } from '../../node/tell.ts';
import { Bound } from '../../trace/bound.ts';
import { saveTrace } from '../../trace/json.ts';
import { Recorder, TraceLimitError } from '../../trace/recorder.ts';
import type { TraceMeta } from '../../trace/trace.ts';
import { BOUNDS, type Command, DEBUG, EXIT, LOOKS, SCHEDULE, UsageError } from '../command.ts';
import { write } from '../output.ts';
import {
  boundsOf,
  cutOf,
  howOf,
  isTraceFile,
  SAVED_EVENTS,
  SHOWN_EVENTS,
  tellCut,
  teller,
  tellFailures,
} from '../traces.ts';

export const run: Command = {
  name: 'run',
  summary: 'runs a program, and shows what it prints',
  usage: 'FILE [options]',
  about: [
    'FILE is a program (.ts, .js): its default export is a program (function*), a script (a function), or what demo(…) gives,',
    'which is told as a demo is. Nothing waits for real. A program that never ends is ended by --until, or by Ctrl-C.',
  ],
  options: {
    trace: { value: 'FILE', help: 'save the trace, for the other commands' },
    ...SCHEDULE,
    ...BOUNDS,
    ...DEBUG,
    ...LOOKS,
  },
  examples: [
    ['loopscope run chores.ts', 'prints what chores.ts prints'],
    ['loopscope run chores.ts --trace chores.json', 'and saves what happened'],
  ],
  async run({ args, options, terminal, width, color }) {
    const [path, ...more] = args;
    if (path === undefined || more.length > 0)
      throw new UsageError('run takes one file, a program (.ts, .js)');
    if (isTraceFile(path))
      throw new UsageError(`${path} is a saved trace, which has run already: loopscope timeline ${path}`);
    const how = howOf(options);
    const file = options.text('trace');
    const loaded = await loadRunnable(path);

    if (loaded.kind === 'demo') {
      if (how.schedule !== undefined)
        throw new UsageError(
          `a demo is told as it is; with a schedule: loopscope story ${path} --schedule '…'`,
        );
      const played = playDemo(loaded.demo, {
        maxEvents: SHOWN_EVENTS,
        ...how,
        exceptionHandler: teller(path, terminal),
      }).map((part) => cutOf({ ...part, path }));
      if (file !== undefined && played.length !== 1)
        throw new FileError(
          `${path} has ${played.length} parts, and a file holds one trace: loopscope export json ${path} --part 1`,
        );
      terminal.out(renderDemo(loaded.demo, { width, color }, played));
      if (file !== undefined) write(saveTrace(played[0]!.trace), file, terminal);
      return tellFailures(played, terminal);
    }
    const script = scriptOf(loaded.program);
    const { until = Number.POSITIVE_INFINITY } = how;
    const print = (line: string) => {
      // Whatever was under way in the last moment comes to its end: that is no part of the run any more.
      if (now() <= until) terminal.out(`${line}\n`);
    };
    const { debug = false } = how;
    const live = { print, captureConsole: true, debug, exceptionHandler: teller(path, terminal) };
    const { trace, error } =
      how.schedule === undefined
        ? runAsItIs(script, { ...live, ...how }, file !== undefined, metaOf(path))
        : failing(
            replay(script, how.schedule, {
              maxEvents: SAVED_EVENTS,
              ...live,
              ...boundsOf(options),
              meta: metaOf(path),
            }),
          );
    const isCut = error instanceof TraceLimitError;
    if (isCut) terminal.err(`${tellCut(error, path, '', trace)}\n`);
    else if (error !== null) terminal.err(`${tell(error, path)}\n`);
    if (file !== undefined) write(saveTrace(trace!), file, terminal);
    return error === null || isCut ? EXIT.fine : EXIT.failed;
  },
};

/** A schedule is that of a run which failed: by what is found in it, too, where nothing was thrown. */
const failing = ({ trace, error, failure }: Replayed) => ({ trace, error: error ?? failure?.error ?? null });

/** Without a trace, unless it is to be saved: a program may be long. */
function runAsItIs(
  script: () => unknown,
  { until, maxEvents, ...options }: RunOptions & PlayOptions,
  isSaved: boolean,
  meta: TraceMeta,
) {
  const isBounded = until !== undefined || maxEvents !== undefined;
  const recorder = isSaved
    ? new Recorder({ maxEvents: maxEvents ?? SAVED_EVENTS, ...(until !== undefined && { until }) })
    : null;
  const sink = recorder ?? (isBounded ? new Bound({ until, maxEvents }) : null);
  const known = options.seed === undefined ? meta : { ...meta, seed: options.seed };
  let error: unknown = null;
  try {
    runScript(script, sink === null ? options : { ...options, trace: sink });
  } catch (thrown) {
    error = thrown;
  }
  return { trace: recorder?.toTrace(known), error };
}
