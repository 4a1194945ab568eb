/** A few words beside what the pointer is over, or what has the focus: the text of the nearest `data-tip`. */

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Shown {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly isBelow: boolean;
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
      const isBelow = top < 60;
      setTip({ text: element.dataset.tip!, x: left + width / 2, y: isBelow ? bottom + 8 : top - 8, isBelow });
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

  const shown: Shown | null =
    said !== null ? { text: said, x: pointer.x, y: pointer.y - 14, isBelow: pointer.y < 80 } : tip;
  if (shown === null) return null;
  const half = (box.current?.offsetWidth ?? 200) / 2;
  const x = Math.max(half + 6, Math.min(innerWidth - half - 6, shown.x));
  const y = said !== null && shown.isBelow ? shown.y + 34 : shown.y;
  return (
    <div
      ref={box}
      class={`tip${shown.isBelow ? ' below' : ''}`}
      aria-hidden="true"
      style={{ left: `${x}px`, top: `${y}px` }}
    >
      {shown.text}
    </div>
  );
}
