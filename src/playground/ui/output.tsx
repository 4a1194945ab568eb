/** What the program printed, with the time of each line, and what went wrong. */

import { query } from '../../trace/query.ts';
import { formatDuration } from '../../views/time.ts';
import type { Part, Problem } from '../engine/protocol.ts';
import type { Standing } from './app.tsx';
import type { Outcome } from './use-program.ts';

interface OutputProps {
  /** How many runs have ended. */
  readonly count: number;
  readonly outcome: Outcome | null;
  /** Where the reader has stepped to: what is printed later is paler. */
  readonly standing: Standing | null;
  /** It runs, and has printed these lines so far. */
  readonly busy: readonly string[] | null;
  readonly onPlace: (line: number, column: number) => void;
}

export function Output({ count, outcome, standing, busy, onPlace }: OutputProps) {
  return (
    <section class="card printed" aria-label="Output" data-runs={count}>
      <div role="status" class="unseen">
        {busy !== null ? 'the program is running' : outcome === null ? '' : summary(outcome)}
      </div>
      {busy !== null ? (
        <Lines lines={busy} empty="It is running …" />
      ) : outcome === null ? (
        <p class="nothing">What the program prints comes here.</p>
      ) : (
        <Ended outcome={outcome} standing={standing} onPlace={onPlace} />
      )}
    </section>
  );
}

function Ended({
  outcome: { ending, lines },
  standing,
  onPlace,
}: Pick<OutputProps, 'standing' | 'onPlace'> & { readonly outcome: Outcome }) {
  if (ending.kind === 'problem') return <Trouble problem={ending.problem} onPlace={onPlace} />;
  if (ending.kind === 'stopped') {
    return (
      <>
        {lines.length > 0 && <Lines lines={lines} empty="" />}
        <Trouble
          problem={{ message: stoppedText(ending.after, ending.byReader), place: null }}
          onPlace={onPlace}
        />
      </>
    );
  }
  const { early, parts, figure, problem } = ending.run;
  // Alone, they stand where the runs would.
  const hasParts = parts.length > 0;
  return (
    <>
      {hasParts && early.length > 0 && (
        <Figure label="Printed while the program was loaded" text={early.join('\n')} />
      )}
      {!hasParts && problem === null && (
        <p class="nothing">There is no run to step through: all that it has to show is text.</p>
      )}
      {parts.map((part, i) => (
        <PartOutput key={part.title} part={part} number={i} standing={standing} onPlace={onPlace} />
      ))}
      {hasParts && figure !== '' && <Figure label="The figure of this demo" text={figure} />}
      {problem && <Trouble problem={problem} onPlace={onPlace} />}
    </>
  );
}

/** Text that is a picture. */
export function Figure({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="figure" aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}

interface PartProps extends Pick<OutputProps, 'standing' | 'onPlace'> {
  readonly part: Part;
  readonly number: number;
}

function PartOutput({ part, number, standing, onPlace }: PartProps) {
  const isLater = (i: number, time: number) =>
    standing !== null && (number === standing.run ? i >= standing.printed : time > standing.time);
  const { output, tasks, threads, errors } = query(part.trace).final;
  const by = (task: number, thread: number) =>
    (thread === 0 ? tasks.get(task)?.name : threads.get(thread)?.name) ?? '';
  return (
    <div class="part">
      {part.title !== '' && <h3>{part.title}</h3>}
      {output.length === 0 && part.problem === null && <p class="nothing">It printed nothing.</p>}
      {output.length > 0 && (
        <table>
          <thead class="unseen">
            <tr>
              <th scope="col">time</th>
              <th scope="col">line</th>
              <th scope="col">printed by</th>
            </tr>
          </thead>
          <tbody>
            {output.map(({ time, task, thread, text }, i) => (
              <tr key={i} class={isLater(i, time) ? 'later' : ''}>
                <td class="time">{formatDuration(time)}</td>
                <td class="line">{text}</td>
                <td class="by">{by(task, thread)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {errors.map(({ message, detail }, i) => (
        <p key={i} class="report">
          {detail === '' ? message : `${message}: ${detail}`}
        </p>
      ))}
      {part.problem && <Trouble problem={part.problem} isExpected={part.isExpected} onPlace={onPlace} />}
    </div>
  );
}

function Lines({ lines, empty }: { readonly lines: readonly string[]; readonly empty: string }) {
  if (lines.length === 0) return <p class="nothing">{empty}</p>;
  const shown = lines.slice(-200);
  return (
    <table>
      <tbody>
        {shown.map((line, i) => (
          <tr key={i}>
            <td class="line">{line}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface TroubleProps {
  readonly problem: Problem;
  /** The program was there to show it. */
  readonly isExpected?: boolean;
  readonly onPlace: OutputProps['onPlace'];
}

function Trouble({ problem: { message, place }, isExpected = false, onPlace }: TroubleProps) {
  return (
    <div class={isExpected ? 'trouble expected' : 'trouble'} role={isExpected ? 'note' : 'alert'}>
      {place && (
        <button type="button" class="go-line" onClick={() => onPlace(place.line, place.column)}>
          line {place.line}
        </button>
      )}
      <p>{message}</p>
      {isExpected && <p class="nothing">This is what the program is there to show.</p>}
    </div>
  );
}

function stoppedText(after: number, byReader: boolean): string {
  const seconds = `${Math.max(0.1, Math.round(after / 100) / 10)} s`;
  return byReader
    ? `You stopped it after ${seconds}.`
    : `Stopped after ${seconds}: this program never comes to its end. Is there a loop in it that goes on for ever without a yield*? Then the event loop never gets a turn, and nobody but the page can stop it.`;
}

/** In a sentence, for those who hear it. */
function summary({ ending }: Outcome): string {
  if (ending.kind === 'stopped') return 'the program was stopped';
  if (ending.kind === 'problem') return 'the program could not be run';
  const { parts } = ending.run;
  const end = Math.max(0, ...parts.map(({ trace }) => trace.endTime));
  const isWell =
    ending.run.problem === null && parts.every(({ problem, isExpected }) => problem === null || isExpected);
  return `the program ${isWell ? 'ran' : 'failed'}, ${formatDuration(end)} of virtual time`;
}
