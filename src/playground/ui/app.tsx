/**
 * The playground: a program on the left, what it did on the right.
 *
 * What the reader chooses here (a lesson, a demo) is ours and runs at once. What comes in a link is somebody else's: it is shown, and
 * runs when the reader says so.
 */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PlayedRun } from '../../page/data.ts';
import { Guard } from '../../page/error-note.tsx';
import { forgetPlace } from '../../page/keep.ts';
import { Player } from '../../page/player.tsx';
import { useTheme } from '../../page/theme.ts';
import { Steppable } from '../../stepper/index.ts';
import { hints } from '../engine/hints.ts';
import { LESSONS } from '../lessons/index.ts';
import { type Lesson, see } from '../lessons/lesson.ts';
import { CodeBar } from './code-bar.tsx';
import { Editor, type EditorHandle } from './editor.tsx';
import { FirstSteps, useStepped } from './first-steps.tsx';
import { Header } from './header.tsx';
import { Hints } from './hints.tsx';
import { LessonIntro, LessonTasks } from './lesson-panel.tsx';
import { Notices } from './notices.tsx';
import { type Beginning, beginning, openLesson } from './opened.ts';
import { Figure, Output } from './output.tsx';
import { useProgress } from './progress.ts';
import { Sliders } from './sliders.tsx';
import { standingAt } from './standing.ts';
import { Words } from './text.tsx';
import { usePlayground } from './use-playground.ts';
import type { Outcome } from './use-program.ts';
import { failures } from './verdict.ts';

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
  const editor = useRef<EditorHandle>(null);
  const playground = usePlayground(first, editor);
  const { opened, text, values, declared, outcome, count, isBusy, moment, keep, open, runNow } = playground;
  const { lesson } = opened;
  const { of: progressOf, mark } = useProgress();
  const hasStepped = useStepped(moment.seq > 0);
  // A lesson is read from its title on: what was pressed to come there is gone, or leads to another one now.
  const isToTitle = useRef(false);
  const begin = (next: Lesson) => {
    isToTitle.current = true;
    open(openLesson(next));
  };
  useLayoutEffect(() => {
    if (!isToTitle.current) return;
    isToTitle.current = false;
    scrollTo(0, 0);
    document.getElementById('lesson-title')?.focus({ preventScroll: true });
  }, [lesson]);
  const goTo = useCallback((to: number, column: number) => editor.current!.goTo(to, column), []);

  const seen = useMemo(() => (outcome?.ending.kind === 'run' ? see(outcome.ending.run) : null), [outcome]);
  // What the reader's own run shows of the lesson.
  useEffect(() => {
    if (lesson === null || seen === null || outcome?.source === undefined) return;
    if (lesson.change.isDone(seen)) mark(lesson.id, { isChanged: true });
  }, [lesson, seen]);

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
  // Where a program was changed, its lines are no longer those of which its last run told.
  const isCurrent = text === outcome?.source;
  const runs = useMemo(() => {
    if (outcome?.isVariation === false) forgetPlace(keep.current);
    return playedRuns(outcome);
  }, [outcome]);
  const steppables = useMemo(() => runs.map(({ trace }) => new Steppable(trace)), [runs]);
  const standing = useMemo(() => standingAt(steppables, moment), [steppables, moment]);
  const told = outcome?.ending.kind === 'run' ? outcome.ending.run : null;
  const figure = told === null ? '' : [...told.early, told.figure].join('\n').trim();

  return (
    <div class="playground">
      <Header
        {...playground}
        theme={theme}
        onTheme={toggleTheme}
        onTour={() => begin(LESSONS.find(({ id }) => !progressOf(id).isAnswered) ?? LESSONS[0]!)}
      />
      <main>
        <div class="left">
          <Notices {...playground} />
          {lesson !== null && (
            <LessonIntro
              lesson={lesson}
              progressOf={progressOf}
              onLesson={(next) => open(openLesson(next))}
              onLeave={playground.leaveLesson}
            />
          )}
          <section class="card code" aria-label="Program">
            <CodeBar {...playground} failed={failed} onPlace={goTo} />
            <Editor
              handle={editor}
              initial={(first.draft ?? first.opened).program}
              problems={isCurrent ? problems : NONE}
              hints={hinted}
              line={isCurrent ? (standing?.line ?? 0) : 0}
              onChange={playground.setText}
              onRun={() => runNow()}
            />
            <Hints hints={hinted} onPlace={goTo} />
            <Sliders
              parameters={declared ?? told?.parameters ?? []}
              values={values}
              onChange={playground.move}
            />
          </section>
          <Output
            count={count}
            outcome={outcome}
            standing={standing}
            busy={isBusy ? playground.lines : null}
            hints={isCurrent ? hinted : NONE}
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
              <Player runs={runs} theme={theme} onMove={playground.setMoment} keep={keep.current} />
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
              onLesson={begin}
            />
          </div>
        )}
      </main>
    </div>
  );
}

const NONE: readonly never[] = [];

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
