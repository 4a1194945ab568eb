/** What just happened, and why: the chain of causes, each a way to go there. */

import type { Steppable } from '../stepper/index.ts';
import { printable } from '../views/cells.ts';
import { formatDuration } from '../views/time.ts';
import type { Telling } from './telling.ts';

/** So many causes are shown; the chain may have thousands. */
const MOST_CAUSES = 60;

interface WhyProps {
  readonly on: Steppable;
  readonly telling: Telling;
  readonly seq: number;
  /** What the program threw, if that is all over; '' if nothing. */
  readonly failure: string;
  readonly onGo: (seq: number) => void;
  /** Where one came from; empty: nowhere. */
  readonly trail: readonly number[];
  readonly onBack: () => void;
}

export function WhyPane({ on, telling, seq, failure, onGo, trail, onBack }: WhyProps) {
  if (seq === 0) return <p class="empty">Nothing has happened yet.</p>;
  const chain = on.causes(seq);
  const shown = chain.slice(0, MOST_CAUSES);
  let time = on.trace.event(seq).time;
  return (
    <div class="why">
      {trail.length > 0 && (
        <button type="button" class="text-button" onClick={onBack}>
          ‹ back to event {trail.at(-1)}
        </button>
      )}
      {failure !== '' && <pre class="failure">{failure.split('\n').map(printable).join('\n')}</pre>}
      {chain.length === 0 ? (
        <p class="empty">
          {failure === ''
            ? 'Nothing caused this.'
            : 'That is what the program threw; the loop is closed after it.'}
        </p>
      ) : (
        <>
          <p class="quiet">Because</p>
          <ol>
            {shown.map((cause) => {
              const at = on.trace.event(cause).time;
              const isEarlier = at < time;
              time = at;
              return (
                <li key={cause} class={isEarlier ? 'earlier' : ''}>
                  <button type="button" onClick={() => onGo(cause)}>
                    <span class="time">{formatDuration(at)}</span>
                    <span class="text">{telling.sentence(cause) ?? '…'}</span>
                    <span class="seq">#{cause}</span>
                  </button>
                </li>
              );
            })}
          </ol>
          {chain.length > shown.length ? (
            <p class="empty">
              … and {(chain.length - shown.length).toLocaleString('en')} causes before these
            </p>
          ) : (
            <p class="empty">which nothing caused</p>
          )}
        </>
      )}
    </div>
  );
}
