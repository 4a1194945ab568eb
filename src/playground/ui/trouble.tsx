/** Something that went wrong, and the way to its line. */

import type { Problem } from '../engine/protocol.ts';

interface TroubleProps {
  readonly problem: Problem;
  /** What the program was there to show is no failure; and a report is what went wrong beside it. */
  readonly kind?: 'failure' | 'expected' | 'report';
  /** The part of the program that it happened in, where there are several. */
  readonly part?: string;
  readonly onPlace: (line: number, column: number) => void;
}

export function Trouble({ problem: { message, place }, kind = 'failure', part = '', onPlace }: TroubleProps) {
  return (
    <div
      class={kind === 'report' ? 'report' : `trouble ${kind}`}
      role={kind === 'failure' ? 'alert' : 'note'}
    >
      {place && (
        <button type="button" class="go-line" onClick={() => onPlace(place.line, place.column)}>
          line {place.line}
        </button>
      )}
      <p>
        {part !== '' && <strong>{part}: </strong>}
        {message}
        {kind === 'expected' && <span class="nothing">This is what the program is there to show.</span>}
      </p>
    </div>
  );
}
