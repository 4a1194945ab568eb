/** At the top of the playground: what to open, to share it, and light or dark. */

import type { Theme } from '../../page/theme.ts';
import { EXAMPLES } from './examples.ts';
import { type Opened, openExample } from './opened.ts';
import { ShareButton } from './share-button.tsx';

interface HeaderProps {
  readonly opened: Opened;
  readonly open: (what: Opened) => void;
  readonly share: () => Promise<string>;
  readonly theme: Theme;
  readonly onTheme: () => void;
  readonly onTour: () => void;
}

export function Header({ opened, open, share, theme, onTheme, onTour }: HeaderProps) {
  return (
    <header>
      <h1>
        loopscope <span>playground</span>
      </h1>
      <select
        aria-label="Open a program"
        value={opened.example}
        onChange={(event) => {
          const example = EXAMPLES.find(({ name }) => name === event.currentTarget.value);
          if (example) open(openExample(example));
        }}
      >
        <option value="" disabled>
          Examples
        </option>
        {EXAMPLES.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      {opened.lesson === null && (
        <button type="button" onClick={onTour}>
          Take the tour
        </button>
      )}
      <span class="gap" />
      <ShareButton share={share} />
      <button
        type="button"
        onClick={onTheme}
        aria-label={`Change to the ${theme === 'dark' ? 'light' : 'dark'} theme`}
      >
        <span aria-hidden="true">{theme === 'dark' ? '☀' : '☾'}</span>
      </button>
    </header>
  );
}
