/** What a page shows, read from the page itself. */

import { unpackTrace } from '../trace/columns.ts';
import { type Trace, TraceFormatError } from '../trace/trace.ts';

/** A run to play. */
export interface PlayedRun {
  /** What tells it from others; '' if there is only one. */
  readonly title: string;
  readonly trace: Trace;
  /** The texts of source files, by the names that the trace gives them. */
  readonly sources?: Readonly<Record<string, string>>;
  /** What the program threw, in words; '' if nothing. */
  readonly failure?: string;
}

/** What a page says beside its runs; a text that is '' is not there. */
export interface About {
  readonly watch: string;
  readonly question: string;
  readonly figure: string;
}

/** All that a page shows. */
export interface PageData {
  readonly title: string;
  /** Null: it shows runs alone. */
  readonly about: About | null;
  readonly runs: readonly PlayedRun[];
}

/**
 * Reads the data of a page. Throws `TraceFormatError` unless it is whole and valid; null: it holds nothing yet, as a template does.
 *
 * @example readData(document.getElementById('loopscope-data')!.textContent)
 */
export function readData(text: string): PageData | null {
  if (text.trim() === '') return null;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new TraceFormatError(`its data is cut off, or was changed by hand (${(error as Error).message})`);
  }
  if (!isRecord(data) || data.format !== 'loopscope-page')
    throw new TraceFormatError('its data is none of a page of loopscope');
  if (data.version !== 1)
    throw new TraceFormatError(`its data has version ${JSON.stringify(data.version)}, this page reads 1`);
  const { title, runs, about } = data;
  if (typeof title !== 'string' || !Array.isArray(runs) || runs.length === 0)
    throw new TraceFormatError('its data has no title, or no runs');
  return {
    title,
    about: about === undefined ? null : readAbout(about),
    runs: runs.map((run, i) => readRun(run, i, runs.length)),
  };
}

function readAbout(about: unknown): About {
  const { watch, question, figure } = isRecord(about) ? about : {};
  if (typeof watch !== 'string' || typeof question !== 'string' || typeof figure !== 'string')
    throw new TraceFormatError('what it says of itself is no text');
  return { watch, question, figure };
}

function readRun(run: unknown, index: number, count: number): PlayedRun {
  const which = count > 1 ? `run ${index + 1}: ` : '';
  if (!isRecord(run)) throw new TraceFormatError(`${which}it is missing`);
  const { title, sources, failure } = run;
  const isText = typeof title === 'string' && typeof failure === 'string';
  if (!isText || !isRecord(sources) || Object.values(sources).some((one) => typeof one !== 'string'))
    throw new TraceFormatError(`${which}its title, sources or failure are no text`);
  try {
    return { title, trace: unpackTrace(run.trace), sources: sources as Record<string, string>, failure };
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    throw new TraceFormatError(`${which}${error.message}`, error.event, error.field);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
