/**
 * The playground: a program on the left, what it did on the right.
 *
 * What the reader chooses here (a lesson, a demo) is ours and runs at once. What comes in a link is somebody else's: it is shown, and
 * runs when the reader says so.
 */

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
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
import type { Values } from '../engine/protocol.ts';
import { LESSONS } from '../lessons/index.ts';
import { type Lesson, see } from '../lessons/lesson.ts';
import { LinkError, readLink, type Shared, writeLink } from '../link/link.ts';
import { Editor, type EditorHandle } from './editor.tsx';
import { EXAMPLES, type Example } from './examples.ts';
import { Hints } from './hints.tsx';
import { LessonIntro, LessonTasks } from './lesson-panel.tsx';
import { Figure, Output } from './output.tsx';
import { useProgress } from './progress.ts';
import { ShareButton } from './share-button.tsx';
import { Sliders } from './sliders.tsx';
import { Words } from './text.tsx';
import { Trouble } from './trouble.tsx';
import { type Outcome, useProgram } from './use-program.ts';
import { failures, verdict } from './verdict.ts';

/** What is in the editor, as it was before anybody changed it. */
interface Opened {
  readonly program: string;
  readonly title: string;
  readonly lesson: Lesson | null;
  /** The name of the example; '' if it is none. */
  readonly example: string;
  readonly values: Values;
  /** It came with a link, and was not run yet. */
  readonly isStrange: boolean;
}

const FIRST = LESSONS[0]!;

const openLesson = (lesson: Lesson): Opened => ({
  program: lesson.program,
  title: lesson.title,
  lesson,
  example: '',
  values: {},
  isStrange: false,
});

const openShared = ({ program, values, lesson }: Shared): Opened => ({
  program,
  title: 'a shared program',
  lesson: LESSONS.find(({ id }) => id === lesson) ?? null,
  example: '',
  values,
  isStrange: true,
});

const openExample = ({ name, title, program }: Example): Opened => ({
  program,
  title,
  lesson: null,
  example: name,
  values: {},
  isStrange: false,
});

/** What was opened first: what the link holds, and the tour if it holds nothing. */
export function App() {
  const [first, setFirst] = useState<{ readonly opened: Opened; readonly note: string } | null>(null);
  useEffect(() => {
    void openedFrom(location.hash).then((found) =>
      setFirst({ opened: found.opened ?? openLesson(FIRST), note: found.note }),
    );
  }, []);
  return first && <Playground {...first} />;
}

async function openedFrom(hash: string): Promise<{ opened: Opened | null; note: string }> {
  try {
    const shared = await readLink(hash);
    return { opened: shared && openShared(shared), note: '' };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { opened: null, note: `${error.message[0]!.toUpperCase()}${error.message.slice(1)}.` };
  }
}

function Playground({ opened: first, note: firstNote }: { readonly opened: Opened; readonly note: string }) {
  const [theme, toggleTheme] = useTheme();
  const [opened, setOpened] = useState(first);
  const [note, setNote] = useState(firstNote);
  const [values, setValues] = useState(first.values);
  const [text, setText] = useState(first.program);
  const [moment, setMoment] = useState<Moment>(BEGINNING);
  const editor = useRef<EditorHandle>(null);
  const keep = useRef(newKeep());
  const { count, outcome, isBusy, lines, run, stop, reset } = useProgram();
  const { of: progressOf, mark } = useProgress();

  const open = useCallback(
    (what: Opened) => {
      reset();
      setOpened(what);
      setValues(what.values);
      setNote('');
      setMoment(BEGINNING);
      keep.current = newKeep();
      declaredBefore.current = null; // another program's
      editor.current!.load(what.program);
      if (!what.isStrange) run(what.program, what.title, what.values);
    },
    [reset, run],
  );

  // The first program runs as soon as it is there, if it is ours.
  useEffect(() => {
    if (!first.isStrange) run(first.program, first.title, first.values);
  }, [first, run]);

  // Another link, in the address of the same page.
  useEffect(() => {
    const onHash = () => {
      if (location.hash === written) return;
      void openedFrom(location.hash).then((found) => {
        if (found.opened) open(found.opened);
        else setNote(found.note);
      });
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [open]);

  const runNow = useCallback(
    (chosen: Values = values, isVariation = false) => {
      setOpened((before) => (before.isStrange ? { ...before, isStrange: false } : before));
      run(editor.current!.text(), opened.title, chosen, isVariation);
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
    const fragment = await writeLink({ program: editor.current!.text(), values, lesson: lesson?.id ?? null });
    written = fragment;
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
  const isChanged =
    text !== opened.program || Object.entries(values).some(([name, value]) => value !== opened.values[name]);
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
            onClick={() => open(openLesson(LESSONS.find(({ id }) => !progressOf(id).isAnswered) ?? FIRST))}
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
                        : 'changed since its last run'}
                </span>
                <span class="gap" />
                {isChanged && (
                  <button type="button" class="plain" onClick={() => open(opened)}>
                    Undo all changes
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
              initial={first.program}
              problems={problems}
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
