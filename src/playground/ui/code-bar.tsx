/** Above the editor: to run the program or stop it, what came of it, and the way back to how it was. */

import { Trouble } from './trouble.tsx';
import type { Outcome } from './use-program.ts';
import { type failures, verdict } from './verdict.ts';

interface CodeBarProps {
  readonly text: string;
  readonly outcome: Outcome | null;
  readonly isBusy: boolean;
  readonly failed: ReturnType<typeof failures>;
  readonly isChanged: boolean;
  readonly runNow: () => void;
  readonly stop: () => void;
  readonly beginAnew: () => void;
  /** Null: nothing was set aside. */
  readonly bringBack: (() => void) | null;
  readonly onPlace: (line: number, column: number) => void;
}

export function CodeBar(props: CodeBarProps) {
  const { text, outcome, isBusy, failed, isChanged, runNow, stop, beginAnew, bringBack, onPlace } = props;
  const isCurrent = text === outcome?.source;
  let state = '';
  if (isBusy) state = 'running …';
  else if (outcome !== null) state = isCurrent ? verdict(outcome.ending) : 'changed since it ran';
  return (
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
          {state}
        </span>
        <span class="gap" />
        {isChanged && (
          <button type="button" class="plain" onClick={beginAnew}>
            Undo all changes
          </button>
        )}
        {bringBack !== null && (
          <button type="button" class="plain" onClick={bringBack}>
            Bring my changes back
          </button>
        )}
      </div>
      {!isBusy && failed.length > 0 && (
        <div class="failures">
          {failed.map(({ part, problem }, i) => (
            <Trouble key={i} part={part} problem={problem} onPlace={onPlace} />
          ))}
        </div>
      )}
    </div>
  );
}
