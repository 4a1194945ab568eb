/** What the reader looks for: the text that is searched for, and where it stops; each with the ways there, and away. */

import { type Breakpoint, describeBreakpoint, type StepperState } from '../stepper/index.ts';
import { printable } from '../views/cells.ts';
import { Icon } from './icon.tsx';

interface LandmarksProps {
  readonly state: Pick<StepperState, 'search' | 'breakpoints'>;
  readonly onKey: (key: string) => void;
  /** Searches no more. */
  readonly onForget: () => void;
  readonly onRemove: (breakpoint: Breakpoint) => void;
}

export function Landmarks({ state: { search, breakpoints }, onKey, onForget, onRemove }: LandmarksProps) {
  if (search === '' && breakpoints.length === 0) return null;
  return (
    <div class="landmarks">
      {search !== '' && (
        <p>
          <Icon name="search" />
          <Way name="hit" back="R" on="r" onKey={onKey} />
          <span class="what">“{printable(search)}”</span>
          <Away what="Search no more" onClick={onForget} />
        </p>
      )}
      {breakpoints.length > 0 && (
        <p>
          <Icon name="flag" />
          <Way name="stop" back="C" on="c" onKey={onKey} />
          {breakpoints.map((one) => {
            const name = printable(describeBreakpoint(one));
            return (
              <span class="stop" key={name}>
                <span class="what">{name}</span>
                <Away what={`No longer stop at ${name}`} onClick={() => onRemove(one)} />
              </span>
            );
          })}
        </p>
      )}
    </div>
  );
}

/** To the one before, and to the next. */
function Way({
  name,
  back,
  on,
  onKey,
}: {
  readonly name: string;
  readonly back: string;
  readonly on: string;
  readonly onKey: (key: string) => void;
}) {
  return (
    <>
      <button
        type="button"
        aria-label={`Previous ${name}`}
        data-tip={`previous ${name} (${back})`}
        onClick={() => onKey(back)}
      >
        <Icon name="back" />
      </button>
      <button
        type="button"
        aria-label={`Next ${name}`}
        data-tip={`next ${name} (${on})`}
        onClick={() => onKey(on)}
      >
        <Icon name="on" />
      </button>
    </>
  );
}

function Away({ what, onClick }: { readonly what: string; readonly onClick: () => void }) {
  return (
    <button type="button" aria-label={what} data-tip={what.toLowerCase()} onClick={onClick}>
      <Icon name="close" />
    </button>
  );
}
