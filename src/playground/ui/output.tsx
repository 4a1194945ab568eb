/** What the program printed, with the time of each line. What made it fail stands beside *Run*, where it is seen. */

import { printedLines } from '../../testing/simulation.ts';
import { query } from '../../trace/query.ts';
import { formatDuration } from '../../views/time.ts';
import { leftBehind } from '../engine/left-behind.ts';
import { type Part, type Place, PROGRAM, type Problem } from '../engine/protocol.ts';
import type { Standing } from './standing.ts';
import { Trouble } from './trouble.tsx';
import type { Outcome } from './use-program.ts';
import { failures, verdict } from './verdict.ts';

interface OutputProps {
  /** How many runs have ended. */
  readonly count: number;
  readonly outcome: Outcome | null;
  /** Where the reader has stepped to: what is printed later is paler. */
  readonly standing: Standing | null;
  /** It runs, and has printed these lines so far. */
  readonly busy: readonly string[] | null;
  /** What is said beside the program already. */
  readonly hints: readonly Problem[];
  readonly onPlace: (line: number, column: number) => void;
}

export function Output({ count, outcome, standing, busy, hints, onPlace }: OutputProps) {
  return (
    <section class="card printed" aria-label="Output" data-runs={count}>
      <h3>
        Output
        {busy === null && outcome !== null && (
          <span class={failures(outcome.ending).length > 0 ? 'bad' : ''}>{verdict(outcome.ending)}</span>
        )}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section class="scrolls" aria-label="What it printed" tabIndex={0}>
        {busy !== null ? (
          <Lines lines={busy} empty="It is running …" />
        ) : outcome === null ? (
          <p class="nothing">What the program prints comes here.</p>
        ) : (
          <Ended outcome={outcome} standing={standing} hints={hints} onPlace={onPlace} />
        )}
      </section>
    </section>
  );
}

function Ended({
  outcome: { ending, source, lines },
  standing,
  hints,
  onPlace,
}: Pick<OutputProps, 'standing' | 'hints' | 'onPlace'> & { readonly outcome: Outcome }) {
  if (ending.kind !== 'run') return <Lines lines={lines} empty="It printed nothing." />;
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
      {hasParts && parts.every(isSilent) && (
        <p class="nothing">{parts.length > 1 ? 'They' : 'It'} printed nothing.</p>
      )}
      {parts.map((part, i) => (
        <PartOutput
          key={part.title}
          part={part}
          source={source}
          number={i}
          standing={standing}
          hints={hints}
          onPlace={onPlace}
        />
      ))}
      {hasParts && figure !== '' && <Figure label="The figure of this demo" text={figure} />}
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

/** There is nothing to say of it. */
function isSilent({ trace, problem, isExpected }: Part): boolean {
  const { output, errors } = query(trace).final;
  return !(problem && isExpected) && output.length === 0 && errors.length === 0;
}

interface PartProps extends Pick<OutputProps, 'standing' | 'hints' | 'onPlace'> {
  readonly part: Part;
  /** The program that was run. */
  readonly source: string;
  readonly number: number;
}

function PartOutput({ part, source, number, standing, hints, onPlace }: PartProps) {
  const isLater = (i: number, time: number) =>
    standing !== null && (number === standing.run ? i >= standing.printed : time > standing.time);
  const output = printedLines(part.trace);
  const reports = query(part.trace)
    .final.errors.filter(({ detail }) => !detail.startsWith('EndlessLoopError')) // what made it fail
    .map(({ message, detail }) => located(detail === '' ? message : `${message}: ${detail}`))
    .filter(({ message, place }) => !(message.includes('never awaited') && isHinted(hints, place)));
  const notes = part.problem === null ? leftBehind(part.trace, source) : [];
  const first = Math.max(0, output.length - MOST_LINES);
  if (isSilent(part) && notes.length === 0) return null;
  return (
    <div class="part">
      {part.title !== '' && <h3>{part.title}</h3>}
      {part.problem && part.isExpected && (
        <Trouble kind="expected" problem={part.problem} onPlace={onPlace} />
      )}
      {[...notes, ...reports.slice(0, MOST_REPORTS)].map((report, i) => (
        <Trouble key={i} kind="report" problem={report} onPlace={onPlace} />
      ))}
      {reports.length > MOST_REPORTS && (
        <p class="nothing">… and {(reports.length - MOST_REPORTS).toLocaleString('en')} more of these</p>
      )}
      {first > 0 && <p class="nothing">… {first.toLocaleString('en')} lines before</p>}
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
            {output.slice(first).map(([time, by, text], i) => (
              <tr key={first + i} class={isLater(first + i, time) ? 'later' : ''}>
                <td class="time">{formatDuration(time)}</td>
                <td class="line">{shortened(text)}</td>
                <td class="by">{by}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const isHinted = (hints: readonly Problem[], place: Place | null) =>
  hints.some((one) => one.place?.line === place?.line);

function Lines({ lines, empty }: { readonly lines: readonly string[]; readonly empty: string }) {
  if (lines.length === 0) return <p class="nothing">{empty}</p>;
  const shown = lines.slice(-MOST_LINES);
  return (
    <table>
      <tbody>
        {shown.map((line, i) => (
          <tr key={i}>
            <td class="line">{shortened(line)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** As many lines are shown, the last ones, as anybody reads; and of a line as much. */
const MOST_LINES = 300;
const LONGEST_LINE = 2_000;
const MOST_REPORTS = 5;

const shortened = (line: string) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line);

/** A message of the loop's, which may end with the place that it is about. */
function located(message: string): Problem {
  const found = AT_END.exec(message);
  if (found === null) return { message, place: null };
  return { message: message.slice(0, found.index), place: { line: Number(found[1]), column: 1 } };
}

const AT_END = new RegExp(` \\(${PROGRAM.replace('.', '\\.')}:(\\d+):\\d+\\)$`);
