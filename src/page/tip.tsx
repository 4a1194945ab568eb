/** A few words beside what the pointer is over, or what has the focus: the text of the nearest `data-tip`. */

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Shown {
  readonly text: string;
  readonly x: number;
  /** Where it ends, or (if there is no room for it) where it begins below. */
  readonly above: number;
  readonly below: number;
}

/** Says what is under the pointer, where no element tells; null: nothing is. */
export type Say = (text: string | null) => void;

/** `say` is there for a canvas, which has no elements: it is set as soon as the tip can be shown. */
export function Tip({
  host,
  say,
}: {
  readonly host: RefObject<HTMLElement | null>;
  readonly say: { current: Say };
}) {
  const [said, setSaid] = useState<string | null>(null);
  const [tip, setTip] = useState<Shown | null>(null);
  const [pointer, setPointer] = useState({ x: 0, y: 0 });
  const box = useRef<HTMLDivElement>(null);
  const isSaid = useRef(false);
  isSaid.current = said !== null;
  // Nothing is shown anew for a pointer that moves where nothing is said.
  const last = useRef(pointer);
  say.current = (text) => {
    setPointer(last.current);
    setSaid(text);
  };

  useEffect(() => {
    const place = host.current;
    if (place === null) return;
    const show = (target: EventTarget | null) => {
      const element = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
      if (element === null) return setTip(null);
      const { left, width, top, bottom } = element.getBoundingClientRect();
      setTip({ text: element.dataset.tip!, x: left + width / 2, above: top - 8, below: bottom + 8 });
    };
    const onOver = (event: PointerEvent) => event.pointerType !== 'touch' && show(event.target);
    const onFocus = (event: FocusEvent) =>
      event.target instanceof Element && event.target.matches(':focus-visible') && show(event.target);
    const onMove = (event: PointerEvent) => {
      last.current = { x: event.clientX, y: event.clientY };
      if (isSaid.current) setPointer(last.current);
    };
    const hide = () => setTip(null);
    place.addEventListener('pointerover', onOver);
    place.addEventListener('pointerleave', hide);
    place.addEventListener('pointermove', onMove);
    place.addEventListener('focusin', onFocus);
    place.addEventListener('focusout', hide);
    place.addEventListener('scroll', hide, true);
    place.addEventListener('keydown', hide);
    return () => {
      place.removeEventListener('pointerover', onOver);
      place.removeEventListener('pointerleave', hide);
      place.removeEventListener('pointermove', onMove);
      place.removeEventListener('focusin', onFocus);
      place.removeEventListener('focusout', hide);
      place.removeEventListener('scroll', hide, true);
      place.removeEventListener('keydown', hide);
    };
  }, [host]);

  const { x, y } = pointer;
  const shown: Shown | null = said !== null ? { text: said, x, above: y - 14, below: y + 20 } : tip;

  // How large it is, only its text tells: it is put in its place before it is painted.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || shown === null) return;
    const { offsetWidth, offsetHeight, style } = element;
    const half = offsetWidth / 2;
    const top = shown.above - offsetHeight;
    style.left = `${Math.max(6, Math.min(innerWidth - 6 - offsetWidth, shown.x - half))}px`;
    style.top = `${top < 4 ? shown.below : top}px`;
  });

  if (shown === null) return null;
  return (
    <div ref={box} class="tip" aria-hidden="true">
      {shown.text}
    </div>
  );
}
