/**
 * What is in the editor, as it was before anybody changed it: a lesson, an example, or what came with a link.
 *
 * Lessons and examples are ours and run at once. What comes in a link is somebody else's: it is shown, and runs when its reader says so.
 */

import type { Values } from '../engine/protocol.ts';
import { LESSONS } from '../lessons/index.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { LinkError, readLink, type Shared } from '../link/link.ts';
import { type Draft, keptDraft, lastOpened } from './drafts.ts';
import { EXAMPLES, type Example } from './examples.ts';

export interface Opened {
  /** By it drafts are kept. */
  readonly id: string;
  readonly program: string;
  readonly title: string;
  readonly lesson: Lesson | null;
  /** The name of the example; '' if it is none. */
  readonly example: string;
  readonly values: Values;
  /** It came with a link. */
  readonly isShared: boolean;
  /** And nothing of it was run yet. */
  readonly isStrange: boolean;
}

/** What to begin with. */
export interface Beginning {
  readonly opened: Opened;
  /** What its reader has made of it; null: nothing. */
  readonly draft: Draft | null;
  /** What they have made of it, and what is not shown, as the link itself was asked for. */
  readonly aside: Draft | null;
  readonly note: string;
}

const SHARED = 'shared';
const lessonOf = (id: string | null): Lesson | null => LESSONS.find((one) => one.id === id) ?? null;

const OURS = { values: {}, isShared: false, isStrange: false } as const;

export const openLesson = (lesson: Lesson): Opened => ({
  ...OURS,
  id: `lesson:${lesson.id}`,
  program: lesson.program,
  title: lesson.title,
  lesson,
  example: '',
});

export const openExample = ({ name, title, program }: Example): Opened => ({
  ...OURS,
  id: `example:${name}`,
  program,
  title,
  lesson: null,
  example: name,
});

const openShared = ({ program, values, lesson }: Shared): Opened => ({
  id: SHARED,
  program,
  title: 'a shared program',
  lesson: lessonOf(lesson),
  example: '',
  values,
  isShared: true,
  isStrange: true,
});

/** What to begin with: what the link holds; else what was open last, as it was left; and at the very first the tour. */
export async function beginning(hash: string): Promise<Beginning> {
  const linked = await linkedWith(hash);
  return linked.beginning ?? { ...(asItWasLeft() ?? AT_FIRST), note: linked.note };
}

/** What a link holds, or why it holds nothing. */
export async function linkedWith(
  hash: string,
): Promise<{ readonly beginning: Beginning | null; readonly note: string }> {
  try {
    const shared = await readLink(hash);
    if (shared === null) return { beginning: null, note: '' };
    const draft = keptDraft(SHARED);
    const aside = draft?.original?.program === shared.program ? draft : null;
    return { beginning: { opened: openShared(shared), draft: null, aside, note: '' }, note: '' };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { beginning: null, note: `${error.message[0]!.toUpperCase()}${error.message.slice(1)}.` };
  }
}

const AT_FIRST: Beginning = { opened: openLesson(LESSONS[0]!), draft: null, aside: null, note: '' };

function asItWasLeft(): Beginning | null {
  const id = lastOpened() ?? '';
  const draft = keptDraft(id);
  const opened = openedBy(id, draft);
  if (opened === null) return null;
  const lesson = draft === null ? opened.lesson : lessonOf(draft.lesson);
  return { opened: { ...opened, lesson }, draft, aside: null, note: '' };
}

/** What an entry of the browser's history is of: what was opened there, and the link with which it came; '' if with none. */
export interface Entry {
  readonly id: string;
  readonly link: string;
}

/** What an entry of the history holds; null if it is none of ours. */
export function entryIn(state: unknown): Entry | null {
  if (typeof state !== 'object' || state === null) return null;
  const { id, link } = state as Record<string, unknown>;
  return typeof id === 'string' && typeof link === 'string' ? { id, link } : null;
}

/** What to show where the reader has come back to: what they have made of it, or the link as long as the address still holds it. */
export async function returned({ id, link }: Entry, hash: string): Promise<Beginning | null> {
  const draft = keptDraft(id);
  if (id !== SHARED) {
    const opened = openedBy(id, draft);
    return opened && { opened, draft, aside: null, note: '' };
  }
  const linked = (await linkedWith(link)).beginning;
  const isOfIt = linked !== null && draft?.original?.program === linked.opened.program;
  const opened = isOfIt && hash !== link ? openedBy(id, draft) : null;
  return opened === null ? linked : { opened, draft, aside: null, note: '' };
}

function openedBy(id: string, draft: Draft | null): Opened | null {
  if (id === SHARED) return draft?.original ? openShared({ ...draft.original, lesson: draft.lesson }) : null;
  const lesson = LESSONS.find((one) => openLesson(one).id === id);
  if (lesson) return openLesson(lesson);
  const example = EXAMPLES.find((one) => openExample(one).id === id);
  return example ? openExample(example) : null;
}
