/**
 * The playground: a program on the left, what it did on the right.
 *
 * What the reader chooses here (a lesson, a demo) is ours and runs at once. What comes in a link is somebody else's: it is shown, and
 * runs when the reader says so. What they have written themselves is kept (drafts.ts), and is there when they come back to it.
 */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PlayedRun } from '../../page/data.ts';
import { Guard } from '../../page/error-note.tsx';
import { forgetPlace, newKeep } from '../../page/keep.ts';
import type { Moment } from '../../page/moment.ts';
import { Player } from '../../page/player.tsx';
import { useTheme } from '../../page/theme.ts';
import { Steppable } from '../../stepper/index.ts';
import { placeOf } from '../../stepper/source.ts';
import { declaredParameters } from '../engine/declared.ts';
import { hints } from '../engine/hints.ts';
import type { Problem, Values } from '../engine/protocol.ts';
import { LESSONS } from '../lessons/index.ts';
import { see } from '../lessons/lesson.ts';
import { writeLink } from '../link/link.ts';
import { type Draft, keepDraft, keepOpened, keptDraft } from './drafts.ts';
import { Editor, type EditorHandle } from './editor.tsx';
import { EXAMPLES } from './examples.ts';
import { FirstSteps, useStepped } from './first-steps.tsx';
import { Hints } from './hints.tsx';
import { LessonIntro, LessonTasks } from './lesson-panel.tsx';
import { type Beginning, beginning, linkedWith, type Opened, openExample, openLesson } from './opened.ts';
import { Figure, Output } from './output.tsx';
import { useProgress } from './progress.ts';
import { ShareButton } from './share-button.tsx';
import { Sliders } from './sliders.tsx';
import { Words } from './text.tsx';
import { Trouble } from './trouble.tsx';
import { type Outcome, useProgram } from './use-program.ts';
import { failures, verdict } from './verdict.ts';

/** Waits for what is to be opened first: to unpack a link takes a moment. */
export function App() {
  const [first, setFirst] = useState<Beginning | null>(null);
  useEffect(() => {
    void beginning(location.hash).then(setFirst);
  }, []);
  return first && <Playground {...first} />;
}

function Playground(first: Beginning) {
  const [theme, toggleTheme] = useTheme();
  const [opened, setOpened] = useState(() => asFound(first));
  const [note, setNote] = useState(first.note);
  const [isBack, setIsBack] = useState(first.draft !== null);
  const [aside, setAside] = useState(first.aside);
  const [values, setValues] = useState((first.draft ?? first.opened).values);
  const [text, setText] = useState((first.draft ?? first.opened).program);
  const [moment, setMoment] = useState<Moment>(BEGINNING);
  const editor = useRef<EditorHandle>(null);
  const keep = useRef(newKeep());
  const { count, outcome, isBusy, lines, run, stop, reset } = useProgram();
  const { of: progressOf, mark } = useProgress();
  const hasStepped = useStepped(moment.seq > 0);
  /** The texts that this reader has run. Of what is not ours, nothing else runs by itself. */
  const ran = useRef(new Set<string>());
  /** Whether something of what is open is kept. */
  const isKept = useRef(first.draft !== null);
  /** What the link in the address holds. */
  const linked = useRef<Pick<Opened, 'program' | 'values'> | null>(
    first.opened.isShared && first.draft === null ? first.opened : null,
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
      if (from.draft?.hasRun) ran.current.add(program);
      if (mayRun(from, ran.current)) run(program, from.opened.title, values);
    },
    [reset, run],
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
  useEffect(() => {
    const { program, values } = first.draft ?? first.opened;
    if (first.draft?.hasRun) ran.current.add(program);
    if (mayRun(first, ran.current)) run(program, first.opened.title, values);
  }, []);

  // Another link, in the address of the same page.
  useEffect(() => {
    const onHash = () => {
      if (location.hash === written) return;
      void linkedWith(location.hash).then(({ beginning, note }) => {
        if (beginning === null) return setNote(note);
        isKept.current = false;
        linked.current = beginning.opened;
        put(beginning, 'anew');
      });
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [put]);

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

  const goTo = useCallback((to: number, column: number) => editor.current!.goTo(to, column), []);

  const { lesson } = opened;
  const seen = useMemo(() => (outcome?.ending.kind === 'run' ? see(outcome.ending.run) : null), [outcome]);
  // What the reader's own run shows of the lesson.
  useEffect(() => {
    if (lesson === null || seen === null || outcome?.source === undefined) return;
    if (lesson.change.isDone(seen)) mark(lesson.id, { isChanged: true });
  }, [lesson, seen]);

  const share = async (): Promise<string> => {
    const program = editor.current!.text();
    const fragment = await writeLink({ program, values, lesson: lesson?.id ?? null });
    written = fragment;
    linked.current = { program, values };
    history.replaceState(null, '', fragment);
    return location.href;
  };

  const failed = useMemo(() => (outcome === null ? [] : failures(outcome.ending)), [outcome]);
  const problems = useMemo(() => failed.map(({ problem }) => problem), [failed]);
  // What a run has failed by is said already.
  const hinted = useMemo(
    () =>
      hints(text).filter(
        ({ message, place }) =>
          !problems.some((one) => one.message === message && one.place?.line === place?.line),
      ),
    [text, problems],
  );
  const isCurrent = text === outcome?.source;
  const runs = useMemo(() => {
    if (outcome?.isVariation === false) forgetPlace(keep.current);
    return playedRuns(outcome);
  }, [outcome]);
  const steppables = useMemo(() => runs.map(({ trace }) => new Steppable(trace)), [runs]);
  const standing = useMemo(() => standingAt(steppables, moment), [steppables, moment]);
  const told = outcome?.ending.kind === 'run' ? outcome.ending.run : null;
  const parameters = declared ?? told?.parameters ?? [];
  const isChanged = text !== opened.program || !isSame(values, opened.values);
  const hasRun = ran.current.has(text) && !opened.isStrange;
  const draft: Draft = {
    program: text,
    values,
    original: opened.isShared ? { program: opened.program, values: opened.values } : null,
    lesson: lesson?.id ?? null,
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

  // An address says what is shown, or nothing: whoever loads the page anew wants what they have written, and not what came before.
  useLayoutEffect(() => {
    const { current: link } = linked;
    if (link === null || (text === link.program && isSame(values, link.values))) return;
    linked.current = null;
    written = '';
    history.replaceState(null, '', location.pathname + location.search);
  }, [text, values]);

  /** As it came, and what was made of it is set aside. */
  const beginAnew = () => {
    const isStrange = opened.isShared && !ran.current.has(opened.program);
    put({ opened: { ...opened, isStrange }, draft: null, aside: draft, note: '' }, 'edit');
  };
  const bringBack = () => put({ opened, draft: aside, aside: null, note: '' }, 'edit');
  const figure = told === null ? '' : [...told.early, told.figure].join('\n').trim();

  return (
    <div class="playground">
      <header>
        <h1>
          loopscope <span>playground</span>
        </h1>
        <select
          aria-label="Open a program"
          value={opened.example}
          onChange={(event) => {
            const example = EXAMPLES.find(({ name }) => name === event.currentTarget.value);
            if (example) open(openExample(example));
          }}
        >
          <option value="" disabled>
            Examples
          </option>
          {EXAMPLES.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        {lesson === null && (
          <button
            type="button"
            onClick={() =>
              open(openLesson(LESSONS.find(({ id }) => !progressOf(id).isAnswered) ?? LESSONS[0]!))
            }
          >
            Take the tour
          </button>
        )}
        <span class="gap" />
        <ShareButton share={share} />
        <button
          type="button"
          onClick={toggleTheme}
          aria-label={`Change to the ${theme === 'dark' ? 'light' : 'dark'} theme`}
        >
          <span aria-hidden="true">{theme === 'dark' ? '☀' : '☾'}</span>
        </button>
      </header>
      <main>
        <div class="left">
          {note !== '' && (
            <p class="notice" role="alert">
              {note}
            </p>
          )}
          {opened.isStrange && (
            <p class="notice" role="status">
              This program came with a link, and has not run yet. Read it, and then press <strong>Run</strong>
              . Whatever it does, it can’t reach the network, or anything of this page.
              {declared === null &&
                /\bparameters\b/.test(text) &&
                ' If it has sliders, they come with its first run.'}
            </p>
          )}
          {isBack && (
            <p class="notice back" role="status">
              <span>
                Your program, as you left it.{!hasRun && !opened.isStrange && ' It has not run since.'}
              </span>
              <button type="button" onClick={beginAnew}>
                Begin anew
              </button>
            </p>
          )}
          {lesson !== null && (
            <LessonIntro
              lesson={lesson}
              progressOf={progressOf}
              onLesson={(next) => open(openLesson(next))}
              onLeave={() => setOpened((before) => ({ ...before, lesson: null }))}
            />
          )}
          <section class="card code" aria-label="Program">
            <div class="code-head">
              <div class="code-bar">
                {isBusy ? (
                  <button type="button" class="main" onClick={stop}>
                    <span aria-hidden="true">■</span> Stop
                  </button>
                ) : (
                  <button type="button" class="main" onClick={() => runNow()} title="Ctrl+Enter">
                    <span aria-hidden="true">▶</span> Run
                  </button>
                )}
                <span class={`state${isCurrent && failed.length > 0 ? ' bad' : ''}`} role="status">
                  {isBusy
                    ? 'running …'
                    : outcome === null
                      ? ''
                      : isCurrent
                        ? verdict(outcome.ending)
                        : 'changed since it ran'}
                </span>
                <span class="gap" />
                {isChanged && (
                  <button type="button" class="plain" onClick={beginAnew}>
                    Undo all changes
                  </button>
                )}
                {!isChanged && aside !== null && (
                  <button type="button" class="plain" onClick={bringBack}>
                    Bring my changes back
                  </button>
                )}
              </div>
              {!isBusy && failed.length > 0 && (
                <div class="failures">
                  {failed.map(({ part, problem }, i) => (
                    <Trouble key={i} part={part} problem={problem} onPlace={goTo} />
                  ))}
                </div>
              )}
            </div>
            <Editor
              handle={editor}
              initial={(first.draft ?? first.opened).program}
              problems={isCurrent ? problems : NONE}
              hints={hinted}
              line={isCurrent ? (standing?.line ?? 0) : 0}
              onChange={setText}
              onRun={() => runNow()}
            />
            <Hints hints={hinted} onPlace={goTo} />
            <Sliders parameters={parameters} values={values} onChange={move} />
          </section>
          <Output
            count={count}
            outcome={outcome}
            standing={standing}
            busy={isBusy ? lines : null}
            hints={isCurrent ? hinted : []}
            onPlace={goTo}
          />
          {lesson === null && told !== null && told.watch.length > 0 && (
            <section class="card tasks" aria-label="About this demo">
              <h3>Watch</h3>
              <p>{told.watch.join(' ')}</p>
              <h3>One question</h3>
              <p>
                <Words text={told.question} />
              </p>
            </section>
          )}
        </div>
        <section class="right" aria-label="What happened">
          {runs.length > 0 && !hasStepped && <FirstSteps />}
          {runs.length > 0 ? (
            <Guard key={count}>
              <Player runs={runs} theme={theme} keys="player" onMove={setMoment} keep={keep.current} />
            </Guard>
          ) : figure !== '' ? (
            <div class="card alone">
              <Figure label="What the program drew" text={figure} />
            </div>
          ) : (
            <p class="nothing stage">{emptyStage(outcome, opened.isStrange, isBusy)}</p>
          )}
        </section>
        {lesson !== null && (
          <div class="left-below">
            <LessonTasks
              lesson={lesson}
              progress={progressOf(lesson.id)}
              onAnswered={() => mark(lesson.id, { isAnswered: true })}
              onLesson={(next) => open(openLesson(next))}
            />
          </div>
        )}
      </main>
    </div>
  );
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

/** Where a program was changed, its lines are no longer those of which its last run told. */
const NONE: readonly Problem[] = [];

const BEGINNING: Moment = { run: 0, seq: 0 };

/** Where the reader stands in the runs, for what is shown outside of the player. */
export interface Standing {
  readonly run: number;
  readonly time: number;
  /** How many lines that run has printed by then. */
  readonly printed: number;
  /** Of the program; 0: none. */
  readonly line: number;
}

/** Null at the very beginning, where nobody has stepped yet. */
function standingAt(steppables: readonly Steppable[], { run, seq }: Moment): Standing | null {
  const on = steppables[run];
  if (on === undefined || seq < 1 || seq > on.trace.length) return null;
  const now = on.stateAt(seq);
  const line = placeOf(on, now, on.trace.event(seq))?.site.line ?? 0;
  return { run, time: now.time, printed: now.output.length, line };
}

/** The fragment that the page itself has put into its address. */
let written = '';

function playedRuns(outcome: Outcome | null): readonly PlayedRun[] {
  if (outcome?.ending.kind !== 'run') return [];
  return outcome.ending.run.parts.map(({ title, trace, problem }) => ({
    title,
    trace,
    failure: problem?.message ?? '',
  }));
}

function emptyStage(outcome: Outcome | null, isStrange: boolean, isBusy: boolean): string {
  if (isBusy) return 'The program is running …';
  if (isStrange || outcome === null) return 'What the program does is drawn here, when it has run.';
  return 'There is nothing to draw: the program did not come far enough.';
}
