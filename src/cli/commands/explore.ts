import { ValueError } from '../../core/errors.ts';
import { type Exploration, NotRepeatableError } from '../../explore/explore.ts';
import type { NamedStrategy } from '../../explore/strategies/named.ts';
import { WorkerError } from '../../node/crew.ts';
import { explorationJson } from '../../node/exploration-json.ts';
import { type ExploreFileOptions, searchFile } from '../../node/explore-file.ts';
import { LiveLine } from '../../node/live-line.ts';
import { FileError, type Loaded, loadRunnable, projectPath } from '../../node/load-program.ts';
import { FINDING_KINDS, type FindingKind } from '../../trace/findings.ts';
import { explorationText } from '../../views/exploration-text.ts';
import { progressLine } from '../../views/progress-line.ts';
import { type Call, type Command, EXIT, LOOKS, type Options, PART, UsageError } from '../command.ts';
import { write } from '../output.ts';
import { isTraceFile, onePart } from '../traces.ts';

const STRATEGIES = ['exhaustive', 'random', 'pct', 'delay-bounded', 'preemption-bounded'] as const;
/** As one word each. */
const IGNORABLE = FINDING_KINDS.map((kind) => kind.replaceAll(' ', '-'));

export const explore: Command = {
  name: 'explore',
  summary: 'runs a program under many schedules, and shows the shortest that fails',
  usage: 'FILE [options]',
  about: [
    'FILE is a program (.ts, .js) that starts from fresh state each time it is run: what it keeps, it keeps inside its function.',
    'It fails if it throws, stands still in a deadlock, never ends, or leaves an error to nobody; and if a race, a leak, a lost',
    'wake-up or starvation is found in it. What may differ from run to run is what the rules leave open: which of several timers',
    'or answers of one moment is first, latencies and faults, who gets the GIL, and where a thread is interrupted.',
    '',
    'Strategies: exhaustive takes every schedule; delay-bounded and preemption-bounded those that depart little from the faithful',
    'one; random and pct go by chance, for what has too many. A schedule that fails is a line for --schedule of step, run, story',
    'and the others.',
  ],
  options: {
    strategy: {
      value: 'NAME',
      help: 'exhaustive (the default), random, pct, delay-bounded, preemption-bounded',
    },
    reduced: { help: 'of exhaustive: of orders that touch nothing in common only one; undivided' },
    depth: {
      value: 'N',
      help: 'of pct: how many things in an order of their own make the bug; 3 by default',
    },
    bound: { value: 'N', help: 'of the bounded ones: how many delays or interruptions; 2 by default' },
    seed: { value: 'N', help: 'of random and pct: the seed of the first run; 0 by default' },
    runs: { value: 'N', help: 'at most so many runs; 1000 by default, and no bound with --seconds' },
    seconds: {
      value: 'N',
      help: 'at most so long, in real time; a run that never ends is told, as with --workers',
    },
    workers: { value: 'N', help: 'share the work among N threads' },
    shard: { value: 'I/N', help: 'only the I-th of N parts, which together are all: for several machines' },
    all: { help: 'do not stop at the first failure' },
    ignore: { value: 'KINDS', help: `what is no failure here, with commas: ${IGNORABLE.join(', ')}` },
    overtaken: {
      value: 'N',
      help: 'to be overtaken N times in one wait, by those who came later, is starvation',
    },
    wait: { value: 'MS', help: 'to wait longer than MS (virtual) for what others hold is starvation' },
    adversarial: { help: 'permute the ready queue too: what fails only so is no bug on asyncio' },
    json: { value: 'FILE', help: 'save what came of it as data; - for the output, instead of the text' },
    ...PART,
    ...LOOKS,
  },
  examples: [
    ['loopscope explore work.ts', 'every schedule, up to 1000 of them'],
    [
      'loopscope explore work.ts --strategy pct --seconds 60 --workers 8',
      'by chance, for a minute, by 8 threads',
    ],
    ['loopscope explore work.ts --runs 1e6 --shard 2/4 --json part-2.json', 'the second of four machines'],
    ['loopscope explore work.ts --strategy delay-bounded --bound 1 --all', 'all that one delay can break'],
  ],
  async run(call) {
    const { args, options, terminal, width, color } = call;
    const [path, ...more] = args;
    if (path === undefined || more.length > 0) throw new UsageError('one program file, please');
    if (isTraceFile(path))
      throw new UsageError('a trace can’t be run again: explore takes the program itself');
    const strategy = strategyOf(options);
    const how = howOf(options, strategy);
    const json = options.text('json');
    const loaded = await loadRunnable(path);
    const part = onePart(loaded, path, options.text('part'));
    const found = await explored(call, path, { ...how, part });
    if (found === null) return EXIT.failed;
    const { view, isStuck } = found;
    if (json !== '-') {
      const program = importOf(loaded, path);
      terminal.out(`${explorationText(view, { width, color, ...(program && { program }) })}\n`);
      // A run that had to be given up has no trace, and would keep the stepper, too; one without an event has no steps.
      const schedule = view.failures.find(({ trace }) => trace.length > 0)?.schedule;
      const which = options.text('part') === undefined ? '' : ` --part ${part}`;
      if (schedule !== undefined)
        terminal.out(`\nstep through it: loopscope step ${path}${which} --schedule '${schedule}'\n`);
    }
    if (json !== undefined) {
      const { shard = '1/1' } = how;
      write(explorationJson(view, { program: projectPath(path), part, strategy, shard }), json, terminal);
    }
    // What was given up is no run that went well, also where nobody can say by which schedule.
    return view.failures.length === 0 && !isStuck ? EXIT.fine : EXIT.failed;
  },
};

/** Explores, and tells on a terminal how far it has come; null: there is no answer, and why was told. */
async function explored(
  { options, terminal }: Call,
  path: string,
  how: ExploreFileOptions,
): Promise<{ readonly view: Exploration; readonly isStuck: boolean } | null> {
  const line = new LiveLine(terminal.screen);
  const color = options.flag('color') ?? !terminal.env.NO_COLOR;
  try {
    const search = searchFile(path, {
      ...how,
      onProgress: (progress) => line.show((width) => progressLine(progress, width, color)),
    });
    const { isStuck, inFull } = await line.during(search);
    return { isStuck, view: inFull() };
  } catch (error) {
    line.clear();
    if (error instanceof NotRepeatableError) throw new FileError(error.message);
    if (error instanceof ValueError) throw new UsageError(error.message);
    if (!(error instanceof WorkerError)) throw error;
    terminal.err(`loopscope explore: ${error.message}\n`);
    return null;
  } finally {
    line.clear();
  }
}

/** The strategy that the options name. */
function strategyOf(options: Options): NamedStrategy {
  const name = options.choice('strategy', STRATEGIES) ?? 'exhaustive';
  const own = {
    seed: options.whole('seed', 0),
    depth: options.whole('depth', 1),
    bound: options.whole('bound', 0),
  };
  const reduced = options.flag('reduced') ?? false;
  if (reduced && name !== 'exhaustive') throw new UsageError(`--reduced is not for the strategy ${name}`);
  const taken: readonly string[] = {
    exhaustive: [],
    random: ['seed'],
    pct: ['seed', 'depth'],
    'delay-bounded': ['bound'],
    'preemption-bounded': ['bound'],
  }[name];
  for (const [option, value] of Object.entries(own))
    if (value !== undefined && !taken.includes(option))
      throw new UsageError(`--${option} is not for the strategy ${name}`);
  const { seed = 0, depth = 3, bound: most = 2 } = own;
  switch (name) {
    case 'exhaustive':
      return reduced ? { name, reduced } : { name };
    case 'random':
      return { name, seed };
    case 'pct':
      return { name, depth, seed };
    default:
      return { name, most };
  }
}

function howOf(options: Options, strategy: NamedStrategy): ExploreFileOptions {
  const seconds = options.positive('seconds');
  const runs = options.whole('runs', 1) ?? (seconds === undefined ? undefined : Number.MAX_SAFE_INTEGER);
  const shard = options.text('shard');
  const overtaken = options.whole('overtaken', 1);
  const wait = options.positive('wait');
  const ignore = options.text('ignore')?.split(',').map(findingOf);
  return {
    strategy,
    // A run that never ends can only be given up in a thread of its own, which takes a while to begin.
    workers: options.whole('workers', 1) ?? (seconds === undefined ? 0 : 1),
    adversarial: options.flag('adversarial') ?? false,
    all: options.flag('all') ?? false,
    bounds: { ...(overtaken !== undefined && { overtaken }), ...(wait !== undefined && { wait }) },
    ...(runs !== undefined && { runs }),
    ...(seconds !== undefined && { seconds }),
    ...(shard !== undefined && { shard }),
    ...(ignore && { ignore }),
  };
}

function findingOf(word: string): FindingKind {
  const kind = FINDING_KINDS[IGNORABLE.indexOf(word.trim())];
  if (kind !== undefined) return kind;
  throw new UsageError(`--ignore takes ${IGNORABLE.join(', ')}, got '${word}'`);
}

/** Names that the test to paste has already. */
const TAKEN = ['expect', 'test', 'explore', 'replay', 'default'];

/** How a test gets at the program; a demo has several, and exports none of them. */
function importOf(loaded: Loaded, path: string) {
  if (loaded.kind !== 'function') return undefined;
  const file = projectPath(path);
  const { name } = loaded.program;
  const isName = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) && !TAKEN.includes(name);
  return { name: isName ? name : 'program', module: file.startsWith('../') ? file : `./${file}` };
}
