/**
 * Things that visibly move: what stands elsewhere after a change is put back to where it was, and let go from there.
 *
 * Only transforms are animated, so that nothing is laid out anew while something moves. Where the reader asked for less motion,
 * nothing moves: it is there.
 */

import { useLayoutEffect, useRef } from 'preact/hooks';

const MS = 320;

/** Moves the elements with `data-key` inside of a place from where they were; `data-from` says where a new one comes from. */
export function useFlip(deps: readonly unknown[], isCalm: boolean) {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef<Map<string, { x: number; y: number }>>(new Map());
  useLayoutEffect(() => {
    const host = place.current;
    if (host === null) return;
    const { left, top } = host.getBoundingClientRect();
    const now = new Map<string, { x: number; y: number }>();
    const elements = host.querySelectorAll<HTMLElement>('[data-key]');
    // All places are read before anything is moved: otherwise each one would be laid out anew.
    for (const element of elements) {
      for (const running of element.getAnimations()) running.cancel();
    }
    for (const element of elements) {
      const box = element.getBoundingClientRect();
      now.set(element.dataset.key!, {
        x: box.left - left + host.scrollLeft,
        y: box.top - top + host.scrollTop,
      });
    }
    const known = before.current;
    before.current = now;
    if (isCalm || known.size === 0) return;
    for (const element of elements) {
      const { key = '', from = '' } = element.dataset;
      const old = known.get(key) ?? known.get(from);
      const place = now.get(key)!;
      if (old === undefined) {
        element.animate(
          [
            { opacity: 0, transform: 'scale(.7)' },
            { opacity: 1, transform: 'none' },
          ],
          { duration: MS / 2 },
        );
      } else if (Math.abs(old.x - place.x) + Math.abs(old.y - place.y) > 1) {
        const shift = `translate(${old.x - place.x}px, ${old.y - place.y}px)`;
        element.animate([{ transform: shift }, { transform: 'none' }], {
          duration: MS,
          easing: 'cubic-bezier(.2,.8,.2,1)',
        });
      }
    }
  }, deps);
  return place;
}
