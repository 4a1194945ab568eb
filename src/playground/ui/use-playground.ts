/**
 * What is open in the playground, and what its reader does with it: opens another program, writes, moves sliders, runs, shares, and
 * comes back. What they have written is kept (drafts.ts), and the address says what is shown, or nothing.
 */

import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { newKeep } from '../../page/keep.ts';
import type { Moment } from '../../page/moment.ts';
import { declaredParameters } from '../engine/declared.ts';
import type { Values } from '../engine/protocol.ts';
import { writeLink } from '../link/link.ts';
import { type Draft, keepDraft, keepOpened, keptDraft } from './drafts.ts';
import type { EditorHandle } from './editor.tsx';
import { type Beginning, linkedWith, type Opened } from './opened.ts';
import { useProgram } from './use-program.ts';

const BEGINNING: Moment = { run: 0, seq: 0 };

/** The fragment that the page itself has put into its address. */
let written = '';

export function usePlayground(first: Beginning, editor: RefObject<EditorHandle | null>) {
  const [opened, setOpened] = useState(() => asFound(first));
  const [note, setNote] = useState(first.note);
  const [isBack, setIsBack] = useState(first.draft !== null);
  const [aside, setAside] = useState(first.aside);
  const [values, setValues] = useState((first.draft ?? first.opened).values);
  const [text, setText] = useState((first.draft ?? first.opened).program);
  const [moment, setMoment] = useState<Moment>(BEGINNING);
  const keep = useRef(newKeep());
  const { run, reset, ...program } = useProgram();
  /** The texts that this reader has run. Of what is not ours, nothing else runs by itself. */
  const ran = useRef(new Set<string>());
  /** Whether something of what is open is kept. */
  const isKept = useRef(first.draft !== null);

  const runIfItMay = useCallback(
    (from: Beginning) => {
      const { program, values } = from.draft ?? from.opened;
      if (from.draft?.hasRun) ran.current.add(program);
      if (mayRun(from, ran.current)) run(program, from.opened.title, values);
    },
    [run],
  );

  /** Puts something in the editor; runs it if it is ours, or if this is what its reader has run. */
  const put = useCallback(
    (from: Beginning, how: Parameters<EditorHandle['load']>[1]) => {
      const { program, values } = from.draft ?? from.opened;
      reset();
      setOpened(asFound(from));
      setValues(values);
      setNote(from.note);
      setIsBack(from.draft !== null && how === 'anew');
      setAside(from.aside);
      setMoment(BEGINNING);
      keep.current = newKeep();
      declaredBefore.current = null; // another program's
      editor.current!.load(program, how);
      runIfItMay(from);
    },
    [reset, runIfItMay],
  );

  /** Opens another program; one that was left changed is as it was left. */
  const open = useCallback(
    (what: Opened) => {
      const draft = keptDraft(what.id);
      isKept.current = draft !== null;
      put({ opened: what, draft, aside: null, note: '' }, 'anew');
    },
    [put],
  );

  // The first program runs as soon as it is there.
  useEffect(() => runIfItMay(first), []);

  const runNow = useCallback(
    (chosen: Values = values, isVariation = false) => {
      const program = editor.current!.text();
      ran.current.add(program);
      setOpened((before) => (before.isStrange ? { ...before, isStrange: false } : before));
      setIsBack(false);
      run(program, opened.title, chosen, isVariation);
    },
    [run, opened.title, values],
  );

  const move = (name: string, value: number) => {
    const chosen = { ...values, [name]: value };
    setValues(chosen);
    // To move a slider is not yet to say that a program may run that nobody has read.
    if (!opened.isStrange) runNow(chosen, true);
  };

  const declared = useMemo(() => declaredParameters(text), [text]);
  // Whoever writes another value into the program means that one, and not what its slider was moved to before.
  const declaredBefore = useRef(declared);
  useEffect(() => {
    const before = declaredBefore.current;
    declaredBefore.current = declared ?? before;
    if (declared === null || before === null) return;
    const anew = declared.filter(({ name, value }) =>
      before.some((one) => one.name === name && one.value !== value),
    );
    if (anew.length === 0) return;
    setValues((all) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !anew.some((one) => one.name === name))),
    );
  }, [declared]);

  const isChanged = text !== opened.program || !isSame(values, opened.values);
  const hasRun = ran.current.has(text) && !opened.isStrange;
  const draft: Draft = {
    program: text,
    values,
    original: opened.isShared ? { program: opened.program, values: opened.values } : null,
    lesson: opened.lesson?.id ?? null,
    hasRun,
    isStrange: opened.isStrange,
  };

  // At once, and not when the browser has time: the page may be gone by then.
  useLayoutEffect(() => keepOpened(opened.id), [opened.id]);
  useLayoutEffect(() => {
    // What was kept of something that is only looked at stays.
    if (isChanged || isKept.current) keepDraft(opened.id, isChanged ? draft : null);
    isKept.current = isChanged;
  }, [opened, text, values, isChanged, hasRun]);

  const onLink = useCallback(
    (beginning: Beginning) => {
      isKept.current = false;
      put(beginning, 'anew');
    },
    [put],
  );
  const hold = useAddress(first, { program: text, values }, onLink, setNote);

  const share = async (): Promise<string> => {
    const shown = { program: editor.current!.text(), values };
    const fragment = await writeLink({ ...shown, lesson: opened.lesson?.id ?? null });
    hold(fragment, shown);
    return location.href;
  };

  /** As it came, and what was made of it is set aside. */
  const beginAnew = () => {
    const isStrange = opened.isShared && !ran.current.has(opened.program);
    put({ opened: { ...opened, isStrange }, draft: null, aside: draft, note: '' }, 'edit');
  };
  const bringBack =
    aside === null || isChanged ? null : () => put({ opened, draft: aside, aside: null, note: '' }, 'edit');
  const leaveLesson = () => setOpened((before) => ({ ...before, lesson: null }));

  return {
    /** What is open, and what was made of it. */
    ...{ opened, text, values, declared, isChanged, hasRun, note, isBack },
    /** Its run: `outcome`, `isBusy`, `stop` and so on. */
    ...program,
    /** Where the reader stands in it, and what the player keeps meanwhile. */
    ...{ moment, setMoment, keep },
    ...{ open, setText, move, runNow, share, beginAnew, bringBack, leaveLesson },
  };
}

/** A program, and where its sliders stand. */
type Shown = Pick<Opened, 'program' | 'values'>;

/**
 * An address says what is shown, or nothing: whoever loads the page anew wants what they have written, and not what came before.
 * Told of another link in the address of the same page. What is returned puts a link there, and says what it holds.
 */
function useAddress(
  first: Beginning,
  shown: Shown,
  onLink: (beginning: Beginning) => void,
  onNote: (note: string) => void,
): (fragment: string, holds: Shown) => void {
  /** What the link in the address holds. */
  const linked = useRef<Shown | null>(first.opened.isShared && first.draft === null ? first.opened : null);

  useEffect(() => {
    const onHash = () => {
      if (location.hash === written) return;
      void linkedWith(location.hash).then(({ beginning, note }) => {
        if (beginning === null) return onNote(note);
        linked.current = beginning.opened;
        onLink(beginning);
      });
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [onLink]);

  const { program, values } = shown;
  useLayoutEffect(() => {
    const { current: link } = linked;
    if (link === null || (program === link.program && isSame(values, link.values))) return;
    linked.current = null;
    written = '';
    history.replaceState(null, '', location.pathname + location.search);
  }, [program, values]);

  return (fragment, holds) => {
    written = fragment;
    linked.current = holds;
    history.replaceState(null, '', fragment);
  };
}

/** What is opened, and whether it is still what it was when it came. */
function asFound({ opened, draft }: Beginning): Opened {
  return { ...opened, isStrange: opened.isShared && (draft ?? opened).isStrange };
}

/** Whether a program may run that nobody has said should: it is ours, or it is what its reader has run before. */
function mayRun({ opened, draft }: Beginning, ran: ReadonlySet<string>): boolean {
  return draft === null ? !opened.isStrange : ran.has(draft.program);
}

/** Whether no slider stands elsewhere. */
function isSame(values: Values, others: Values): boolean {
  return Object.entries(values).every(([name, value]) => value === others[name]);
}
