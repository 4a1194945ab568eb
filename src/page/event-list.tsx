/**
 * All events as a list: the same run for those who don't look at pictures, and for whoever wants to read it.
 *
 * Only the rows that can be seen are there. Its keys are those of a list: the arrows go to the next event and the one before.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Steppable } from '../stepper/index.ts';
import { formatDuration } from '../views/time.ts';
import type { Telling } from './telling.ts';

const ROW = 30;
/** Rows that are there beyond what can be seen. */
const BEYOND = 6;

interface ListProps {
  readonly on: Steppable;
  readonly telling: Telling;
  readonly seq: number;
  readonly onGo: (seq: number) => void;
}

export function EventList({ on, telling, seq, onGo }: ListProps) {
  const { length } = on.trace;
  const host = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(300);
  useEffect(() => {
    const list = host.current!;
    const watch = new ResizeObserver(() => setHeight(list.clientHeight));
    watch.observe(list);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const list = host.current!;
    const place = Math.max(0, seq - 1) * ROW;
    if (place >= list.scrollTop + ROW && place + 2 * ROW <= list.scrollTop + list.clientHeight) return;
    list.scrollTo({ top: place - list.clientHeight / 2 + ROW });
    setTop(list.scrollTop);
  }, [seq, height]);
  const first = Math.max(1, Math.floor(top / ROW) + 1 - BEYOND);
  const last = Math.min(length, Math.ceil((top + height) / ROW) + BEYOND);
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / ROW) - 1);
    const to = {
      ArrowDown: seq + 1,
      ArrowUp: seq - 1,
      PageDown: seq + page,
      PageUp: seq - page,
      Home: 1,
      End: length,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onGo(Math.max(0, Math.min(length, to)));
  };
  return (
    <div
      class="events"
      ref={host}
      role="listbox"
      tabIndex={0}
      aria-label={`All ${length.toLocaleString('en')} events`}
      aria-activedescendant={seq >= first && seq <= last ? `event-${seq}` : undefined}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class="all" role="presentation" style={{ height: `${length * ROW}px` }}>
        {shown.map((one) => {
          const event = on.trace.event(one);
          const isNews = one === 1 || on.trace.event(one - 1).time < event.time;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
            <div
              key={one}
              id={`event-${one}`}
              role="option"
              tabIndex={-1}
              aria-selected={one === seq}
              aria-posinset={one}
              aria-setsize={length}
              class={one === seq ? 'event here' : one > seq ? 'event ahead' : 'event'}
              style={{ top: `${(one - 1) * ROW}px` }}
              onClick={() => onGo(one)}
            >
              <span class="seq">{one}</span>
              <span class={isNews ? 'time news' : 'time'}>{formatDuration(event.time)}</span>
              <span class="text">{telling.sentence(one) ?? '…'}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
