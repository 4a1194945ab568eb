/** What is probably a mistake in the program, told before it runs. */

import type { Problem } from '../engine/protocol.ts';

interface HintsProps {
  readonly hints: readonly Problem[];
  readonly onPlace: (line: number, column: number) => void;
}

export function Hints({ hints, onPlace }: HintsProps) {
  return (
    <div class="hints" role="status">
      {hints.map(({ message, place }) => (
        <div key={`${place?.line} ${message}`} class="trouble hint">
          {place && (
            <button type="button" class="go-line" onClick={() => onPlace(place.line, place.column)}>
              line {place.line}
            </button>
          )}
          <p>{message}</p>
        </div>
      ))}
    </div>
  );
}
