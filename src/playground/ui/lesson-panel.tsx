/** A lesson of the tour: what it is about above the program; what to watch, to change and to answer below it. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { start } from '../engine/runner.ts';
import { expected, numberIn } from '../lessons/answer.ts';
import { LESSONS } from '../lessons/index.ts';
import { type Ask, type Lesson, type Question, type Seen, see } from '../lessons/lesson.ts';
import type { Progress } from './progress.ts';
import { Words } from './text.tsx';
import { makeWorker } from './worker-source.ts';

interface IntroProps {
  readonly lesson: Lesson;
  readonly progressOf: (id: string) => Progress;
  readonly onLesson: (lesson: Lesson) => void;
  readonly onLeave: () => void;
}

/** Where one is in the tour, and what this lesson is about. */
export function LessonIntro({ lesson, progressOf, onLesson, onLeave }: IntroProps) {
  const index = LESSONS.indexOf(lesson);
  return (
    <section class="card intro" aria-labelledby="lesson-title">
      <nav class="tour" aria-label="Lessons of the tour">
        <ol>
          {LESSONS.map((one, i) => {
            const isDone = progressOf(one.id).isAnswered;
            return (
              <li key={one.id}>
                <button
                  type="button"
                  class={isDone ? 'dot done' : 'dot'}
                  aria-current={one === lesson ? 'step' : undefined}
                  aria-label={`Lesson ${i + 1}: ${one.title}${isDone ? ', answered' : ''}`}
                  title={one.title}
                  onClick={() => onLesson(one)}
                >
                  {isDone ? '✓' : i + 1}
                </button>
              </li>
            );
          })}
        </ol>
      </nav>
      <p class="over">
        Lesson {index + 1} of {LESSONS.length}
        <button type="button" class="plain" onClick={onLeave}>
          Leave the tour
        </button>
      </p>
      <h2 id="lesson-title" tabIndex={-1}>
        {lesson.title}
      </h2>
      {lesson.text.map((text) => (
        <p key={text}>
          <Words text={text} />
        </p>
      ))}
    </section>
  );
}

interface TasksProps {
  readonly lesson: Lesson;
  readonly progress: Progress;
  readonly onAnswered: () => void;
  readonly onLesson: (lesson: Lesson) => void;
}

/** What to watch, to change, and to answer. */
export function LessonTasks({ lesson, progress, onAnswered, onLesson }: TasksProps) {
  const index = LESSONS.indexOf(lesson);
  const before = LESSONS[index - 1];
  const after = LESSONS[index + 1];
  return (
    <section class="card tasks" aria-label={`Tasks of lesson ${index + 1}`}>
      <h3>Watch</h3>
      <ul>
        {lesson.watch.map((text) => (
          <li key={text}>
            <Words text={text} />
          </li>
        ))}
      </ul>
      <h3>Change one thing</h3>
      <p>
        <Words text={lesson.change.text} />
      </p>
      <p class="verdict" role="status">
        {progress.isChanged && <span class="good">✓ Your run shows it.</span>}
      </p>
      <h3>One question</h3>
      <QuestionForm
        key={lesson.id}
        question={lesson.question}
        isAnswered={progress.isAnswered}
        onAnswered={onAnswered}
      />
      <div class="ways">
        {before && (
          <button type="button" onClick={() => onLesson(before)}>
            ← {before.title}
          </button>
        )}
        {after && (
          <button type="button" class={progress.isAnswered ? 'main' : ''} onClick={() => onLesson(after)}>
            {after.title} →
          </button>
        )}
        {!after && progress.isAnswered && (
          <p class="good">That was the tour. Now write a program of your own.</p>
        )}
      </div>
    </section>
  );
}

/** Runs a program for an answer, in a worker of its own. */
const ask: Ask = async (program, values = {}) => {
  const ending = await start(program, makeWorker, { title: '', values }).ending;
  const seen: Seen | null = ending.kind === 'run' ? see(ending.run) : null;
  if (seen === null) throw new Error('the lesson’s own program did not run');
  return seen;
};

interface QuestionProps {
  readonly question: Question;
  readonly isAnswered: boolean;
  readonly onAnswered: () => void;
}

type Verdict = { readonly kind: 'asking' | 'right' | 'wrong' | 'failed'; readonly text: string };

function QuestionForm({ question, isAnswered, onAnswered }: QuestionProps) {
  const { text, options, unit, answer, why } = question;
  const [given, setGiven] = useState('');
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const isThere = useRef(true);
  useEffect(
    () => () => {
      isThere.current = false;
    },
    [],
  );

  const check = async () => {
    if (given.trim() === '') {
      setVerdict({ kind: 'wrong', text: options ? 'Choose an answer first.' : 'Write a number first.' });
      return;
    }
    const taken = options ? given : numberIn(given, unit);
    if (taken === null) {
      setVerdict({ kind: 'wrong', text: expected(unit) }); // to be told that one is wrong would be another thing
      return;
    }
    setVerdict({ kind: 'asking', text: 'The loop is asked …' });
    try {
      const right = await answer(ask);
      if (!isThere.current) return;
      const isRight = taken === right;
      setVerdict(
        isRight
          ? { kind: 'right', text: `Right, says the loop. ${why}` }
          : { kind: 'wrong', text: 'The loop says otherwise. Change the program, and look.' },
      );
      if (isRight) onAnswered();
    } catch (error) {
      if (isThere.current)
        setVerdict({ kind: 'failed', text: `The loop could not be asked: ${(error as Error).message}` });
    }
  };

  return (
    <form
      class="question"
      onSubmit={(event) => {
        event.preventDefault();
        void check();
      }}
    >
      {options ? (
        <fieldset>
          <legend>
            <Words text={text} />
          </legend>
          {options.map((option) => (
            <label key={option} class="option">
              <input
                type="radio"
                name="answer"
                value={option}
                checked={given === option}
                onChange={() => {
                  setGiven(option);
                  setVerdict(null);
                }}
              />
              {option}
            </label>
          ))}
          <button type="submit">Check</button>
        </fieldset>
      ) : (
        <>
          <label for="answer">
            <Words text={text} />
          </label>
          <div class="answer">
            <input
              id="answer"
              inputMode="decimal"
              autoComplete="off"
              size={6}
              value={given}
              onInput={(event) => {
                setGiven(event.currentTarget.value);
                setVerdict(null);
              }}
            />
            {unit !== undefined && <span>{unit}</span>}
            <button type="submit">Check</button>
          </div>
        </>
      )}
      <p
        class={`verdict ${verdict?.kind === 'right' ? 'good' : verdict?.kind === 'asking' ? '' : 'wrong'}`}
        role="status"
      >
        {verdict !== null ? (
          <>
            {verdict.kind === 'right' && '✓ '}
            <Words text={verdict.text} />
          </>
        ) : (
          isAnswered && <span class="good">✓ You have answered this.</span>
        )}
      </p>
    </form>
  );
}
