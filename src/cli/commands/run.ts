import { runScript } from '../../core/script.ts';
import { metaOf, playDemo, scriptOf } from '../../node/demo.ts';
import { FileError, loadRunnable } from '../../node/load-program.ts';
import { renderDemo } from '../../node/render-demo.ts';
import { saveTrace } from '../../trace/json.ts';
import { Recorder } from '../../trace/recorder.ts';
import { type Command, EXIT, LOOKS, SEED, UsageError } from '../command.ts';
import { write } from '../output.ts';
import { isTraceFile, tell, tellFailures } from '../traces.ts';

export const run: Command = {
  name: 'run',
  summary: 'runs a program, and shows what it prints',
  usage: 'FILE [options]',
  about: [
    'FILE is a program (.ts, .js): its default export is a program (function*), a script (a function), or what demo(…) gives,',
    'which is told as a demo is. Nothing waits for real.',
  ],
  options: {
    trace: { value: 'FILE', help: 'save the trace, for the other commands' },
    ...SEED,
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
    const seed = options.whole('seed', 0);
    const known = seed === undefined ? {} : { seed };
    const file = options.text('trace');
    const loaded = await loadRunnable(path);

    if (loaded.kind === 'demo') {
      const played = playDemo(loaded.demo, known);
      if (file !== undefined && played.length !== 1)
        throw new FileError(
          `${path} has ${played.length} parts, and a file holds one trace: loopscope export json ${path} --part 1`,
        );
      terminal.out(renderDemo(loaded.demo, { width, color }, played));
      if (file !== undefined) write(saveTrace(played[0]!.trace), file, terminal);
      return tellFailures(
        played.map((part) => ({ ...part, path })),
        terminal,
      );
    }
    const recorder = file === undefined ? null : new Recorder();
    let code: number = EXIT.fine;
    try {
      const print = (line: string) => terminal.out(`${line}\n`);
      const traced = recorder === null ? {} : { trace: recorder };
      runScript(scriptOf(loaded.program), { print, captureConsole: true, ...traced, ...known });
    } catch (error) {
      terminal.err(`${tell(error, path)}\n`);
      code = EXIT.failed;
    }
    if (recorder !== null) write(saveTrace(recorder.toTrace({ ...metaOf(path), ...known })), file, terminal);
    return code;
  },
};
