/**
 * The one place where the stepper meets a terminal: keys come in, frames go out.
 *
 * Everything that is decided is decided in src/stepper. Here the terminal is set up (another screen, raw keys, no cursor),
 * drawn to, and given back as it was, however it ends: by `q`, Ctrl-C, a signal or an error.
 */

import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { BEGINNING, frame, play, press, Steppable, type StepperState, settled } from '../stepper/index.ts';
import type { Trace } from '../trace/trace.ts';

const ENTER_SCREEN = '\x1b[?1049h\x1b[?25l';
const LEAVE_SCREEN = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** How a source file is called in a trace: by its path from the working directory. For `sites`. */
export function projectPath(file: string): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return relative(process.cwd(), path).replaceAll('\\', '/');
}

/** The source files that a trace names, read from the disk; those that can't be read are left out. */
export function readSources(trace: Trace): Record<string, string> {
  const sources: Record<string, string> = {};
  for (const event of trace) {
    if (event.kind !== 'source:at' || event.file in sources) continue;
    try {
      sources[event.file] = readFileSync(resolve(event.file), 'utf8');
    } catch {
      // It was moved, or is no file: the stepper shows the rest.
    }
  }
  return sources;
}

/** What Node's name for a key is in the stepper. */
interface Key {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
}

const NAMED = new Set(['left', 'right', 'up', 'down', 'pageup', 'pagedown', 'escape', 'tab', 'backspace']);

function keyOf(text: string | undefined, { name = '', sequence = '', ctrl = false }: Key): string {
  if (ctrl) return name === 'c' ? 'ctrl-c' : '';
  if (name === 'return' || name === 'enter') return 'enter';
  if (NAMED.has(name)) return name;
  return text ?? sequence;
}

/** The terminal to step in. */
export interface StepTerminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly color: boolean;
}

/**
 * Steps through a trace in a terminal, until the reader quits. The terminal is given back as it was.
 *
 * Throws a TypeError if input or output is no terminal: tell the story instead.
 *
 * @example await stepThrough(trace, readSources(trace))
 */
export async function stepThrough(
  trace: Trace,
  sources: Readonly<Record<string, string>> = {},
  terminal: StepTerminal = { input: process.stdin, output: process.stdout, color: !process.env.NO_COLOR },
): Promise<void> {
  const { input, output, color } = terminal;
  if (!input.isTTY || !output.isTTY)
    throw new TypeError('to step through a trace takes a terminal; there is --story');
  const steppable = new Steppable(trace, sources);
  let state: StepperState = BEGINNING;
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    const { columns, rows } = output;
    const lines = frame(steppable, state, { columns, rows, color }).split('\n');
    output.write(HOME + lines.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW);
  };
  const leave = () => {
    clearInterval(timer);
    output.write(LEAVE_SCREEN);
    input.setRawMode(false);
    input.pause();
  };
  await new Promise<void>((quit, fail) => {
    const finish = (error?: unknown) => {
      input.off('keypress', onKey);
      output.off('resize', draw);
      process.off('SIGTERM', onSignal);
      process.off('exit', leave);
      leave();
      if (error === undefined) quit();
      else fail(error);
    };
    const onSignal = () => finish();
    const onKey = (text: string | undefined, key: Key) => {
      try {
        state = settled(steppable, press(steppable, state, keyOf(text, key)), output);
        if (state.quit) return finish();
        clearInterval(timer);
        if (state.playing) timer = setInterval(onTick, 1000 / state.speed);
        draw();
      } catch (error) {
        finish(error);
      }
    };
    const onTick = () => {
      state = play(steppable, state);
      if (!state.playing) clearInterval(timer);
      draw();
    };
    emitKeypressEvents(input);
    output.write(ENTER_SCREEN);
    input.setRawMode(true);
    input.resume();
    input.on('keypress', onKey);
    output.on('resize', draw);
    process.once('SIGTERM', onSignal);
    process.once('exit', leave); // whatever ends the process
    draw();
  });
}
