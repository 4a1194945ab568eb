/**
 * The one place where the stepper meets a terminal: keys come in, frames go out.
 *
 * Everything that is decided is decided in src/stepper. Here the terminal is set up (another screen, raw keys, no cursor),
 * drawn to, and given back as it was, however it ends: by `q`, Ctrl-C, a signal or an error.
 */

import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { ValueError } from '../core/errors.ts';
import {
  arrive,
  begin,
  frame,
  play,
  refuse,
  type Session,
  Steppable,
  settled,
  steer,
  type Wish,
} from '../stepper/index.ts';
import { SIGNALS } from './fresh-run.ts';
import { firstRun, type Making, readSources, type Stepped, wishedRun } from './stepped.ts';

const ENTER_SCREEN = '\x1b[?1049h\x1b[?25l';
const LEAVE_SCREEN = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** What Node's name for a key is in the stepper. */
interface Key {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
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

/** In a trace as long as this a key may take a while, so that one is told that it was heard. */
const LONG = 50_000;

/**
 * Steps through a program or a saved trace in a terminal, until the reader quits. The terminal is given back as it was: also where
 * the stepper itself fails, which rejects, and where a signal ends the process, which it then does. Gives the run that was shown
 * last.
 *
 * Throws a TypeError if input or output is no terminal (tell the story instead), and a `FreshRunError` if there is no run.
 *
 * @example await stepThrough({ trace })
 */
export async function stepThrough(
  stepped: Stepped,
  terminal: StepTerminal = { input: process.stdin, output: process.stdout, color: !process.env.NO_COLOR },
): Promise<Steppable> {
  const { input, output, color } = terminal;
  if (!input.isTTY || !output.isTTY)
    throw new TypeError('to step through a trace takes a terminal; there is --story');
  let session = begin(await firstOf(stepped, output));
  let making: Making | null = null;
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    const { columns, rows } = output;
    session = { ...session, state: settled(session.on, session.state, { columns, rows }) };
    const lines = frame(session.on, session.state, { columns, rows, color }).split('\n');
    output.write(HOME + lines.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW);
  };
  let isLeft = false;
  const leave = () => {
    clearInterval(timer);
    making?.stop();
    if (isLeft) return;
    isLeft = true;
    output.write(LEAVE_SCREEN);
    input.setRawMode(false);
    input.pause();
  };
  await new Promise<void>((quit, fail) => {
    const finish = () => {
      input.off('keypress', onKey);
      input.off('error', onHangUp);
      input.off('end', onHangUp);
      output.off('resize', onResize);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      process.off('uncaughtExceptionMonitor', leave);
      process.off('exit', leave);
      leave();
    };
    /** Whatever goes wrong in here must not leave a terminal behind that shows nothing and hears nothing. */
    const guarded = (act: () => void) => {
      if (isLeft) return;
      try {
        act();
      } catch (error) {
        finish();
        fail(error);
      }
    };
    const onSignal = (signal: NodeJS.Signals) => {
      finish();
      process.kill(process.pid, signal); // nobody listens any more: now it does what it always does
    };
    /** The terminal is gone: nobody is there to see how it ends. */
    const onHangUp = () => {
      finish();
      quit();
    };
    const onKey = (text: string | undefined, key: Key) => {
      // Escape with a key at its heels comes as one.
      const isBoth = key.meta === true && key.name !== undefined && key.name.length === 1;
      if (isBoth) press('escape');
      press(keyOf(isBoth ? key.name : text, key));
    };
    const press = (pressed: string) =>
      guarded(() => {
        if (session.on.trace.length > LONG) output.write(`\x1b[${output.rows};1Hreckoning…${CLEAR_LINE}`);
        session = steer(session, pressed);
        const { state } = session;
        if (state.quit) {
          finish();
          return quit();
        }
        clearInterval(timer);
        if (state.playing) timer = setInterval(onTick, 1000 / state.speed);
        if (state.wish === null) {
          making?.stop();
          making = null;
        } else if (making === null) grant(state.wish);
        draw();
      });
    /** Has the run made that is wished for. */
    const grant = (wish: Wish) => {
      if ('trace' in stepped) return; // of which nothing is wished for
      try {
        making = wishedRun(stepped, wish, session.on);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        session = refuse(session, error.message);
        return;
      }
      const mine = making;
      const settle = (next: (session: Session) => Session) =>
        guarded(() => {
          if (making !== mine) return; // it was given up
          making = null;
          session = next(session);
          draw();
        });
      mine.done.then(
        (on) => settle((before) => arrive(before, on)),
        (error: Error) => settle((before) => refuse(before, error.message)),
      );
    };
    const onTick = () =>
      guarded(() => {
        session = { ...session, state: play(session.on, session.state) };
        if (!session.state.playing) clearInterval(timer);
        draw();
      });
    const onResize = () => guarded(draw);
    emitKeypressEvents(input);
    output.write(ENTER_SCREEN);
    input.setRawMode(true);
    input.resume();
    input.on('keypress', onKey);
    input.on('error', onHangUp);
    input.on('end', onHangUp);
    output.on('resize', onResize);
    for (const signal of SIGNALS) process.on(signal, onSignal);
    // Whatever else ends the process. An error that nobody catches is printed after this, where it can be read.
    process.once('uncaughtExceptionMonitor', leave);
    process.once('exit', leave);
    guarded(draw);
  });
  return session.on;
}

/** The run that is stepped through at first; a program has to be run for it, which one is told. */
async function firstOf(stepped: Stepped, output: WriteStream): Promise<Steppable> {
  if ('trace' in stepped) return new Steppable(stepped.trace, readSources(stepped.trace));
  output.write(`running ${stepped.file} … (Ctrl-C ends it)`);
  try {
    return await firstRun(stepped).done;
  } finally {
    output.write(`\r${CLEAR_LINE}`);
  }
}
