/** All of a page: the player, light or dark, and the place in it that the address names. */

import { useCallback, useLayoutEffect, useState } from 'preact/hooks';
import type { PageData } from './data.ts';
import { Guard } from './error-note.tsx';
import { addressOf, type Moment, momentOf } from './moment.ts';
import { Player } from './player.tsx';
import { useTheme } from './theme.ts';

/** The address is written so often at most: browsers refuse more than a hundred times in half a minute. */
const LEAST_MS = 400;

export function App({ title, about, runs }: PageData) {
  const [theme, toggleTheme] = useTheme();
  const [at, setAt] = useState<Moment>(() => momentOf(location.hash));
  useLayoutEffect(() => {
    const onHash = () => {
      seen = location.hash;
      setAt(momentOf(seen));
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  const onMove = useCallback((moment: Moment) => writeAddress(addressOf(moment, runs.length)), [runs]);
  return (
    <Guard>
      <Player
        title={title}
        about={about}
        runs={runs}
        theme={theme}
        onTheme={toggleTheme}
        at={at}
        onMove={onMove}
      />
    </Guard>
  );
}

/** The address as it was last seen, and as it is to be. */
let seen = location.hash;
let wanted = seen;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Has the address name the moment that is shown: whoever copies it has a link to it. */
function writeAddress(hash: string): void {
  wanted = hash;
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    // Somebody has just changed it, and will be heard next.
    if (location.hash !== seen || location.hash === wanted) return;
    seen = wanted;
    history.replaceState(null, '', wanted);
  }, LEAST_MS);
}
