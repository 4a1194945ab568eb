/**
 * What is said beside the player until its reader has gone a step, once and for all.
 *
 * The program has run, all of its output is there, and the player says that nothing has happened yet: who meets that for the first
 * time thinks that something is broken.
 */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const KEY = 'loopscope-stepped';

export function FirstSteps() {
  const host = useRef<HTMLParagraphElement>(null);
  // It goes as soon as somebody has pressed what stands below it: that stays where it is.
  useLayoutEffect(() => {
    const note = host.current!;
    const player = note.nextElementSibling;
    return () => {
      if (!player || !matchMedia('(max-width: 1080px)').matches) return;
      // Some browsers do that by themselves, if not everywhere on the page: not twice.
      const { style } = document.documentElement;
      style.overflowAnchor = 'none';
      requestAnimationFrame(() => requestAnimationFrame(() => style.removeProperty('overflow-anchor')));
      scrollBy(0, note.getBoundingClientRect().top - player.getBoundingClientRect().top);
    };
  }, []);
  return (
    <p class="notice first-steps" role="note" ref={host}>
      The program has run, and this is its recording, from the start. <strong>▶</strong> plays it; the arrows
      beside <em>event</em> go one step, forwards and back.
    </p>
  );
}

/** Whether the reader has ever gone a step, as far as the browser remembers; `isStepping`: they do so now. */
export function useStepped(isStepping: boolean): boolean {
  const [hasStepped, setStepped] = useState(kept);
  useEffect(() => {
    if (!isStepping || hasStepped) return;
    setStepped(true);
    try {
      localStorage.setItem(KEY, 'yes');
    } catch {
      // Then it is said again another time.
    }
  }, [isStepping, hasStepped]);
  return hasStepped;
}

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
