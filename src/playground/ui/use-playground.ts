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
import { type Beginning, type Entry, entryIn, linkedWith, type Opened, returned } from './opened.ts';
import { useProgram } from './use-program.ts';

const BEGINNING: Moment = { run: 0, seq: 0 };

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

  /** What came with a link, or was left, takes the place of what was there. */
  const arrive = useCallback(
    (from: Beginning) => {
      isKept.current = from.draft !== null;
      const { opened } = from;
      // What was run here already is no longer strange.
      const isStrange = opened.isStrange && !ran.current.has(opened.program);
      put({ ...from, opened: { ...opened, isStrange } }, 'anew');
    },
    [put],
  );
  const address = useAddress(first, { program: text, values }, arrive, setNote);

  /** Opens another program; one that was left changed is as it was left. */
  const open = useCallback(
    (what: Opened) => {
      if (what.id !== opened.id) address.enter(what.id);
      arrive({ opened: what, draft: keptDraft(what.id), aside: null, note: '' });
    },
    [arrive, opened.id],
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

  const share = async (): Promise<string> => {
    const shown = { program: editor.current!.text(), values };
    const fragment = await writeLink({ ...shown, lesson: opened.lesson?.id ?? null });
    address.hold(fragment, shown);
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

/** What is done to the address. */
interface Address {
  /** Another program is opened: an entry of its own in the history. */
  enter(id: string): void;
  /** A link is put there, and says what it holds. */
  hold(fragment: string, holds: Shown): void;
}

/** The address without a link. */
const bare = () => location.pathname + location.search;

/**
 * An address says what is shown, or nothing: whoever loads the page anew wants what they have written, and not what came before.
 * Each thing that is opened has an entry in the history, which says what it is; so the ways back and forth lead to what was there.
 * Told of another link in the address of the same page, and of what one comes back to.
 */
function useAddress(
  first: Beginning,
  shown: Shown,
  onArrive: (beginning: Beginning) => void,
  onNote: (note: string) => void,
): Address {
  /** What the link in the address holds. */
  const linked = useRef<Shown | null>(first.opened.isShared && first.draft === null ? first.opened : null);
  /** What is shown now. */
  const entry = useRef<Entry>({ id: first.opened.id, link: linked.current === null ? '' : location.hash });

  useEffect(() => {
    // After a draft of a shared program was loaded anew, its link is known to its entry alone.
    const before = entryIn(history.state);
    if (entry.current.link === '' && before?.id === entry.current.id) entry.current = before;
    history.replaceState(entry.current, '');
    const onHash = () => {
      // An entry that is known was come back to, which is heard below.
      if (entryIn(history.state) !== null) return;
      const { hash } = location;
      void linkedWith(hash).then(({ beginning, note }) => {
        if (location.hash !== hash) return;
        if (beginning === null) {
          history.replaceState(entry.current, '');
          return onNote(note);
        }
        linked.current = beginning.opened;
        entry.current = { id: beginning.opened.id, link: hash };
        history.replaceState(entry.current, '');
        onArrive(beginning);
      });
    };
    const onReturn = ({ state }: PopStateEvent) => {
      const there = entryIn(state);
      if (there === null) return;
      const { hash } = location;
      void Promise.all([returned(there, hash), linkedWith(hash)]).then(([beginning, { beginning: link }]) => {
        if (beginning === null || location.hash !== hash || entryIn(history.state)?.id !== there.id) return;
        entry.current = there;
        linked.current = link?.opened ?? null;
        // What was shared from here may have been changed since.
        if (linked.current !== null && !isShown(beginning.draft ?? beginning.opened, linked.current)) {
          linked.current = null;
          history.replaceState(there, '', bare());
        }
        onArrive(beginning);
      });
    };
    addEventListener('hashchange', onHash);
    addEventListener('popstate', onReturn);
    return () => {
      removeEventListener('hashchange', onHash);
      removeEventListener('popstate', onReturn);
    };
  }, [onArrive]);

  const { program, values } = shown;
  useLayoutEffect(() => {
    const { current: link } = linked;
    if (link === null || isShown(shown, link)) return;
    linked.current = null;
    history.replaceState(entry.current, '', bare());
  }, [program, values]);

  return {
    enter: (id) => {
      linked.current = null;
      entry.current = { id, link: '' };
      history.pushState(entry.current, '', bare());
    },
    hold: (fragment, holds) => {
      linked.current = holds;
      history.replaceState(entry.current, '', fragment);
    },
  };
}

const isShown = (shown: Shown, link: Shown): boolean =>
  shown.program === link.program && isSame(shown.values, link.values);

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
