import { ValueError } from '../../core/errors.ts';
import { explore as exploreSchedules, NotRepeatableError } from '../../explore/explore.ts';
import { exhaustive } from '../../explore/strategies/exhaustive.ts';
import { pct } from '../../explore/strategies/pct.ts';
import { random } from '../../explore/strategies/random.ts';
import type { Strategy } from '../../explore/strategy.ts';
import { scriptOf } from '../../node/demo.ts';
import { FileError, loadRunnable } from '../../node/load-program.ts';
import { explorationText } from '../../views/exploration-text.ts';
import { type Command, EXIT, LOOKS, PART, SEED, UsageError } from '../command.ts';
import { isTraceFile, onePart } from '../traces.ts';

const STRATEGIES: { readonly [name: string]: (seed: number) => Strategy } = {
  exhaustive: () => exhaustive(),
  random: (seed) => random(seed),
  pct: (seed) => pct({ seed }),
};

export const explore: Command = {
  name: 'explore',
  summary: 'runs a program under many schedules, and shows the shortest that fails',
  usage: 'FILE [options]',
  about: [
    'FILE is a program (.ts, .js) that starts from fresh state each time it is run: what it keeps, it keeps inside its function.',
    'It fails if it throws, stands still in a deadlock, never ends, or leaves an error to nobody. What may differ from run to run',
    'is what the rules leave open: which of several timers or answers of one moment is first, latencies and faults, who gets the',
    'GIL, and where a thread is interrupted.',
  ],
  options: {
    strategy: { value: 'NAME', help: `${Object.keys(STRATEGIES).join(', ')}; exhaustive by default` },
    runs: { value: 'N', help: 'at most so many runs; 1000 by default' },
    adversarial: { help: 'permute the ready queue too: what fails only so is no bug on asyncio' },
    all: { help: 'do not stop at the first failure' },
    ...PART,
    ...SEED,
    ...LOOKS,
  },
  examples: [
    ['loopscope explore work.ts', 'every schedule, up to 1000 of them'],
    ['loopscope explore work.ts --strategy pct --runs 5000', 'by chance, for what has too many'],
  ],
  async run({ args, options, terminal, width, color }) {
    const [path, ...more] = args;
    if (path === undefined || more.length > 0) throw new UsageError('one program file, please');
    if (isTraceFile(path))
      throw new UsageError('a trace can’t be run again: explore takes the program itself');
    const name = options.choice('strategy', Object.keys(STRATEGIES)) ?? 'exhaustive';
    const runs = options.whole('runs', 1) ?? 1000;
    const strategy = STRATEGIES[name]!(options.whole('seed', 0) ?? 0);
    const loaded = await loadRunnable(path);
    const part = onePart(loaded, path, options.text('part'));
    const program = loaded.kind === 'demo' ? loaded.demo.parts[part - 1]!.program : loaded.program;
    try {
      const view = exploreSchedules(scriptOf(program), {
        strategy,
        runs,
        adversarial: options.flag('adversarial') ?? false,
        all: options.flag('all') ?? false,
        captureConsole: true,
      });
      terminal.out(`${explorationText(view, { width, color })}\n`);
      return view.failures.length === 0 ? EXIT.fine : EXIT.failed;
    } catch (error) {
      if (error instanceof NotRepeatableError) throw new FileError(error.message);
      if (error instanceof ValueError) throw new UsageError(error.message);
      throw error;
    }
  },
};
