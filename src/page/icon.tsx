/** The signs on buttons, drawn: no font has to have them. */

const PATHS = {
  back: 'M15 5l-7 7 7 7',
  on: 'M9 5l7 7-7 7',
  start: 'M6 5v14M19 5l-8 7 8 7z',
  end: 'M18 5v14M5 5l8 7-8 7z',
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z',
  sun: 'M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2.5M12 19.5V22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M2 12h2.5M19.5 12H22M4.9 19.1l1.8-1.8M17.3 6.7l1.8-1.8',
  moon: 'M20 14.5A8.5 8.5 0 119.5 4a7 7 0 0010.5 10.5z',
  help: 'M9 9a3 3 0 114.6 2.5c-1 .7-1.6 1.3-1.6 2.5M12 18v.01',
  in: 'M12 5v14M5 12h14',
  out: 'M5 12h14',
  fit: 'M4 7v10M20 7v10M8 12h8M8 12l2.5-2.5M8 12l2.5 2.5M16 12l-2.5-2.5M16 12l-2.5 2.5',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L20.5 20.5',
  flag: 'M6 21V4h12l-2.5 4.5L18 13H6',
} as const;

const FILLED: ReadonlySet<string> = new Set(['play', 'pause']);

export type IconName = keyof typeof PATHS;

/** A sign; what it means is told by the button it stands on. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} class={FILLED.has(name) ? 'filled' : ''} />
    </svg>
  );
}
