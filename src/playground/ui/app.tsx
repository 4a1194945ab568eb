/**
 * The playground: a program on the left, what it did on the right.
 *
 * What the reader chooses here (a lesson, a demo) is ours and runs at once. What comes in a link is somebody else's: it is shown, and
 * runs when the reader says so.
 */

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { hints } from '../engine/hints.ts';
import { PROGRAM, type Problem, type Values } from '../engine/protocol.ts';
import { LESSONS } from '../lessons/index.ts';
import { type Lesson, see } from '../lessons/lesson.ts';
import { LinkError, readLink, type Shared, writeLink } from '../link/link.ts';
import { Editor, type EditorHandle } from './editor.tsx';
import { BLANK, EXAMPLES } from './examples.ts';
import { Hints } from './hints.tsx';
import { LessonIntro, LessonTasks } from './lesson-panel.tsx';
import { Output } from './output.tsx';
import type { PlayedRun } from './played-run.ts';
import { Player } from './player.tsx';
import { useProgress } from './progress.ts';
import { ShareButton } from './share-button.tsx';
import { Sliders } from './sliders.tsx';
import { Words } from './text.tsx';
import { useTheme } from './theme.ts';
import { type Outcome, useProgram } from './use-program.ts';

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

const NEW: Opened = {
  program: BLANK,
  title: 'a program',
  lesson: null,
  example: 'new',
  values: {},
  isStrange: false,
};

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
  const [line, setLine] = useState(0);
  const editor = useRef<EditorHandle>(null);
  const { count, outcome, isBusy, lines, run, stop, reset } = useProgram();
  const { of: progressOf, mark } = useProgress();

  const open = useCallback(
    (what: Opened) => {
      reset();
      setOpened(what);
      setValues(what.values);
      setNote('');
      setLine(0);
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
    (chosen: Values = values) => {
      setOpened((before) => (before.isStrange ? { ...before, isStrange: false } : before));
      setLine(0);
      run(editor.current!.text(), opened.title, chosen);
    },
    [run, opened.title, values],
  );

  const move = (name: string, value: number) => {
    const chosen = { ...values, [name]: value };
    setValues(chosen);
    runNow(chosen);
  };

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

  const problems = useMemo(() => problemsOf(outcome), [outcome]);
  const hinted = useMemo(() => hints(text), [text]);
  const runs = useMemo(() => playedRuns(outcome), [outcome]);
  const told = outcome?.ending.kind === 'run' ? outcome.ending.run : null;
  const parameters = told?.parameters ?? [];

  return (
    <div class={lesson === null ? 'playground' : 'playground with-lesson'}>
      <header>
        <h1>
          loopscope <span>playground</span>
        </h1>
        <select
          aria-label="Open a program"
          value={opened.example}
          onChange={(event) => {
            const { value } = event.currentTarget;
            const example = EXAMPLES.find(({ name }) => name === value);
            if (value === 'new') open(NEW);
            else if (example)
              open({ ...NEW, program: example.program, title: example.title, example: value });
          }}
        >
          <option value="" disabled>
            Examples
          </option>
          <option value="new">A new program</option>
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
            <p class="note" role="alert">
              {note}
            </p>
          )}
          {opened.isStrange && (
            <p class="note" role="status">
              This program came with a link, and has not run yet. Read it, and then press <strong>Run</strong>
              . Whatever it does, it can’t reach the network, or anything of this page.
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
            <div class="bar">
              {isBusy ? (
                <button type="button" class="main" onClick={stop}>
                  <span aria-hidden="true">■</span> Stop
                </button>
              ) : (
                <button type="button" class="main" onClick={() => runNow()} title="Ctrl+Enter">
                  <span aria-hidden="true">▶</span> Run
                </button>
              )}
              <span class="state">
                {isBusy
                  ? 'running …'
                  : outcome !== null && text !== outcome.source
                    ? 'changed since its last run'
                    : ''}
              </span>
              <span class="gap" />
              {text !== opened.program && (
                <button type="button" class="plain" onClick={() => open({ ...opened, isStrange: false })}>
                  Undo all changes
                </button>
              )}
            </div>
            <Editor
              handle={editor}
              initial={first.program}
              problems={problems}
              hints={hinted}
              line={line}
              onChange={setText}
              onRun={() => runNow()}
            />
            <Hints hints={hinted} onPlace={goTo} />
            <Sliders parameters={parameters} values={values} onChange={move} />
          </section>
          <Output count={count} outcome={outcome} busy={isBusy ? lines : null} onPlace={goTo} />
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
            <Player runs={runs} theme={theme} keys="player" onMove={() => {}} />
          ) : (
            <p class="empty stage">{emptyStage(outcome, opened.isStrange, isBusy)}</p>
          )}
        </section>
        {lesson !== null && (
          <div class="below">
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

/** The fragment that the page itself has put into its address. */
let written = '';

function problemsOf(outcome: Outcome | null): readonly Problem[] {
  if (outcome === null || outcome.ending.kind === 'stopped') return [];
  const { ending } = outcome;
  if (ending.kind === 'problem') return [ending.problem];
  const parts = ending.run.parts.flatMap(({ problem, isExpected }) =>
    problem && !isExpected ? [problem] : [],
  );
  return ending.run.problem ? [ending.run.problem, ...parts] : parts;
}

function playedRuns(outcome: Outcome | null): readonly PlayedRun[] {
  if (outcome?.ending.kind !== 'run') return [];
  return outcome.ending.run.parts.map(({ title, trace, problem }) => ({
    title,
    trace,
    sources: { [PROGRAM]: outcome.source },
    failure: problem?.message ?? '',
  }));
}

function emptyStage(outcome: Outcome | null, isStrange: boolean, isBusy: boolean): string {
  if (isBusy) return 'The program is running …';
  if (isStrange || outcome === null) return 'What the program does is drawn here, when it has run.';
  if (outcome.ending.kind === 'run' && outcome.ending.run.figure !== '')
    return 'This demo is a figure alone: it stands below the program.';
  return 'There is nothing to draw: the program did not come far enough.';
}
