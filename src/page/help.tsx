/** What each key does; the same keys as in the terminal. */

import { useEffect, useRef } from 'preact/hooks';
import { KEYS } from '../stepper/index.ts';
import { Icon } from './icon.tsx';

/** Keys of the terminal that have no sense here: a trace can't be run again, and what scrolls has the browser's keys. */
const NOT_HERE = ['tab', '↑ ↓', '1 … 9', 'o', 'e', 'v', 't', 'y', 'q'];

/** Whether a key of the stepper does nothing here. */
export function isOfTerminal(key: string): boolean {
  return NOT_HERE.includes(/^[1-9]$/.test(key) ? '1 … 9' : key);
}

/** The keys of the page, and what they do. */
function keysOf(runs: number): (readonly [keys: string, what: string])[] {
  const here = KEYS.filter(([keys]) => !NOT_HERE.includes(keys) && keys !== 'z');
  const own = here.map(([keys, what]) =>
    keys === 'p' ? (['p space', what] as const) : ([keys, what] as const),
  );
  return runs > 1 ? [...own, ['z', 'the next run']] : own;
}

export function Help({ runs, onClose }: { readonly runs: number; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      class="help"
      aria-label="Keys"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <header>
        <h2>Keys</h2>
        <button type="button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {keysOf(runs).map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">
        A task or thread can be clicked: <kbd>s</kbd> and <kbd>S</kbd> then go to its steps. In the timeline a
        click goes to what happened there, dragging moves it, and the wheel with <kbd>Ctrl</kbd> zooms; so do{' '}
        <kbd>+</kbd> and <kbd>-</kbd> while it has the focus, and <kbd>0</kbd> shows all. The address names
        the moment that is shown.
      </p>
    </dialog>
  );
}
