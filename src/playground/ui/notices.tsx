/** What has to be said of the program that is open, before one reads it. */

import type { Parameter } from '../engine/protocol.ts';
import type { Opened } from './opened.ts';

interface NoticesProps {
  readonly opened: Opened;
  readonly text: string;
  readonly declared: readonly Parameter[] | null;
  readonly note: string;
  readonly isBack: boolean;
  readonly hasRun: boolean;
  readonly beginAnew: () => void;
}

export function Notices({ opened, text, declared, note, isBack, hasRun, beginAnew }: NoticesProps) {
  return (
    <>
      {note !== '' && (
        <p class="notice" role="alert">
          {note}
        </p>
      )}
      {opened.isStrange && (
        <p class="notice" role="status">
          This program came with a link, and has not run yet. Read it, and then press <strong>Run</strong>.
          Whatever it does, it can’t reach the network, or anything of this page.
          {declared === null &&
            /\bparameters\b/.test(text) &&
            ' If it has sliders, they come with its first run.'}
        </p>
      )}
      {isBack && (
        <p class="notice back" role="status">
          <span>Your program, as you left it.{!hasRun && !opened.isStrange && ' It has not run since.'}</span>
          <button type="button" onClick={beginAnew}>
            Begin anew
          </button>
        </p>
      )}
    </>
  );
}
