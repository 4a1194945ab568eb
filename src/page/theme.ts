/** Light or dark, and whether things may move: as the reader's system has them, and as they choose here. */

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

/** Whether a question to the browser is answered with yes, now and later. */
export function useMedia(asked: string): boolean {
  const [is, setIs] = useState(() => matchMedia(asked).matches);
  useEffect(() => {
    const list = matchMedia(asked);
    const onChange = () => setIs(list.matches);
    list.addEventListener('change', onChange);
    return () => list.removeEventListener('change', onChange);
  }, [asked]);
  return is;
}

/** The theme, and what changes it. What was chosen holds until the page is loaded anew. */
export function useTheme(): readonly [Theme, () => void] {
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const [chosen, setChosen] = useState<Theme | null>(null);
  const theme = chosen ?? (isDark ? 'dark' : 'light');
  // Together with the rest of the page, and not a frame later.
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [theme, () => setChosen(theme === 'dark' ? 'light' : 'dark')];
}

/** Whether the reader asked for less motion. */
export function useCalm(): boolean {
  return useMedia('(prefers-reduced-motion: reduce)');
}
