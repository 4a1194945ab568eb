/** Light or dark: as the reader's system has it, until they choose. */

import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

export function useTheme(): readonly [Theme, () => void] {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const [chosen, setChosen] = useState<Theme | null>(null);
  useEffect(() => {
    const list = matchMedia('(prefers-color-scheme: dark)');
    const onChange = () => setDark(list.matches);
    list.addEventListener('change', onChange);
    return () => list.removeEventListener('change', onChange);
  }, []);
  const theme = chosen ?? (isDark ? 'dark' : 'light');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [theme, () => setChosen(theme === 'dark' ? 'light' : 'dark')];
}
