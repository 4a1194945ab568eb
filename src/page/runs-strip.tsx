/** Which of several runs the panels show: a strip of buttons, which scrolls where it has no room for all. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { printable } from '../views/cells.ts';

interface StripProps {
  readonly titles: readonly string[];
  readonly active: number;
  readonly onRun: (run: number) => void;
}

/** So much (px) of the next button is seen beside the one that is shown. */
const BESIDE = 40;

export function RunsStrip({ titles, active, onRun }: StripProps) {
  const host = useRef<HTMLElement>(null);
  /** At which of its ends there are more. */
  const [more, setMore] = useState('');
  const look = () => {
    const { scrollLeft, clientWidth, scrollWidth } = host.current!;
    const ends = [scrollLeft > 1 && 'before', scrollLeft + clientWidth < scrollWidth - 1 && 'after'];
    setMore(ends.filter(Boolean).join(' '));
  };

  useLayoutEffect(() => {
    const strip = host.current!;
    const show = () => {
      const one = strip.querySelector<HTMLElement>('[aria-pressed="true"]')!;
      const left = one.offsetLeft - strip.offsetLeft;
      const right = left + one.offsetWidth;
      if (right + BESIDE > strip.scrollLeft + strip.clientWidth)
        strip.scrollLeft = right + BESIDE - strip.clientWidth;
      if (left - BESIDE < strip.scrollLeft) strip.scrollLeft = left - BESIDE;
      look();
    };
    show();
    const watch = new ResizeObserver(show);
    watch.observe(strip);
    return () => watch.disconnect();
  }, [active, titles]);

  return (
    <nav class="runs" aria-label="Which run the panels show" data-more={more} ref={host} onScroll={look}>
      {titles.map((title, i) => (
        <button type="button" key={i} aria-pressed={i === active} onClick={() => onRun(i)}>
          {printable(title || `run ${i + 1}`)}
        </button>
      ))}
    </nav>
  );
}
