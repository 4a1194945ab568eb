/** All of a page: the player, light or dark, and the place in it that the address names. */

import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PageData } from './data.ts';
import { Guard } from './error-note.tsx';
import { addressOf, type Moment, momentOf } from './moment.ts';
import { Player } from './player.tsx';
import { useTheme } from './theme.ts';

/** The address is written so often at most: browsers refuse more than a hundred times in half a minute. */
const LEAST_MS = 400;

export function App({ title, runs }: PageData) {
  const [theme, toggleTheme] = useTheme();
  const [at, setAt] = useState<Moment>(() => momentOf(location.hash));
  useEffect(() => {
    const onHash = () => {
      if (location.hash !== written) setAt(momentOf(location.hash));
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  const onMove = useCallback((moment: Moment) => writeAddress(addressOf(moment, runs.length)), [runs]);
  return (
    <Guard>
      <Player title={title} runs={runs} theme={theme} onTheme={toggleTheme} at={at} onMove={onMove} />
    </Guard>
  );
}

let written = '';
let timer: ReturnType<typeof setTimeout> | undefined;

/** Has the address name the moment that is shown: whoever copies it has a link to it. */
function writeAddress(hash: string): void {
  written = hash;
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    if (location.hash !== written) history.replaceState(null, '', written);
  }, LEAST_MS);
}
