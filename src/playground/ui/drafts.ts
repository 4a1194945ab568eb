/**
 * What a reader has written, kept by the browser if it keeps anything: for each lesson and example, and for the last shared program,
 * that was changed. So another program can be opened without a question, and what was left is there again when one comes back, also
 * after the page was loaded anew.
 */

import type { Values } from '../engine/protocol.ts';

/** A program as its reader left it. */
export interface Draft {
  readonly program: string;
  readonly values: Values;
  /** What it was before it was changed, if it came with a link: nobody else knows. */
  readonly original: { readonly program: string; readonly values: Values } | null;
  /** The name of the lesson that stood beside it; null: none did. */
  readonly lesson: string | null;
  /** Its reader has run just this text. Nothing else runs by itself. */
  readonly hasRun: boolean;
  /** It came with a link, and nothing of it has run yet. */
  readonly isStrange: boolean;
}

const LAST = 'loopscope-program';
const key = (id: string) => `loopscope-draft:${id}`;

/** The draft of a program; null if there is none, or none that makes sense. */
export function keptDraft(id: string): Draft | null {
  return readDraft(kept(key(id)));
}

/** Keeps a draft; or no more of it, if it is null. */
export function keepDraft(id: string, draft: Draft | null): void {
  keep(key(id), draft === null ? null : JSON.stringify(draft));
}

/** Which program was open last; null if nobody knows. */
export const lastOpened = (): string | null => kept(LAST);

/** Remembers which program is open. */
export const keepOpened = (id: string): void => keep(LAST, id);

/**
 * A draft as it was written down; null if that is no draft. The browser keeps it where others may write as well.
 *
 * @example readDraft('{"program":3}') // null
 */
export function readDraft(written: string | null): Draft | null {
  if (written === null) return null;
  let found: unknown;
  try {
    found = JSON.parse(written);
  } catch {
    return null;
  }
  const draft = programIn(found);
  if (draft === null) return null;
  const { original, lesson, hasRun, isStrange } = found as Record<string, unknown>;
  return {
    ...draft,
    original: programIn(original),
    lesson: typeof lesson === 'string' ? lesson : null,
    isStrange: isStrange !== false,
    hasRun: hasRun === true && isStrange === false,
  };
}

function programIn(found: unknown): { program: string; values: Values } | null {
  if (typeof found !== 'object' || found === null) return null;
  const { program, values } = found as Record<string, unknown>;
  if (typeof program !== 'string') return null;
  const all = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  return {
    program,
    values: Object.fromEntries(all.filter(([, value]) => Number.isFinite(value))),
  };
}

function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // Not every browser keeps something for a page that lies on a disk, and none keeps everything.
  }
}
