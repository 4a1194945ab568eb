/** What moves the cursor: buttons, and the scrubber. */

import { SPEEDS, type Steppable, type StepperState } from '../stepper/index.ts';
import { formatDuration } from '../views/time.ts';
import { Icon } from './icon.tsx';

interface TransportProps {
  readonly on: Steppable;
  readonly state: StepperState;
  /** Virtual ms: where all runs are. */
  readonly time: number;
  /** When the last of several runs ends, in virtual ms: the scrubber goes by time. 0: by the events of the one that is shown. */
  readonly end: number;
  /** Whether there is nothing after the cursor in any run. */
  readonly isOver: boolean;
  readonly onKey: (key: string) => void;
  readonly onGo: (seq: number) => void;
  readonly onTime: (time: number) => void;
}

/**
 * The keys of a scrubber that goes by time, as keys of the stepper: between two events nothing can be shown, so that its own
 * steps would lead nowhere.
 */
const SCRUBBER_KEYS: { readonly [key: string]: string } = {
  ArrowRight: 'right',
  ArrowUp: 'right',
  ArrowLeft: 'left',
  ArrowDown: 'left',
  PageUp: 'j',
  PageDown: 'J',
  Home: 'g',
  End: 'G',
};

/** What one steps by, and the keys for it. */
const UNITS = [
  { name: 'event', back: 'left', on: 'right', keys: ['←', '→'] },
  { name: 'iteration', back: 'N', on: 'n', keys: ['N', 'n'] },
  { name: 'time jump', back: 'J', on: 'j', keys: ['J', 'j'] },
] as const;

/** A button that does nothing at times keeps the focus then: one that were disabled would drop it, and the keys with it. */
function pressedUnless(isOff: boolean, onPress: () => void) {
  return { 'aria-disabled': isOff, onClick: isOff ? undefined : onPress };
}

export function Transport({ on, state, time, end, isOver, onKey, onGo, onTime }: TransportProps) {
  const { length } = on.trace;
  const { seq, playing, speed } = state;
  const isByTime = end > 0;
  const part = isByTime ? time / end : length === 0 ? 0 : seq / length;
  const units = on.hasLoop ? UNITS : UNITS.filter(({ name }) => name !== 'iteration');
  return (
    <section class="transport" aria-label="Steps">
      <input
        class="scrubber"
        type="range"
        min={0}
        max={isByTime ? end : length}
        step={isByTime ? 'any' : 1}
        value={isByTime ? time : seq}
        aria-label={isByTime ? 'Time' : 'Event'}
        aria-valuetext={
          isByTime ? formatDuration(time) : `event ${seq} of ${length}, at ${formatDuration(time)}`
        }
        style={{ '--part': `${part * 100}%` }}
        onInput={({ currentTarget }) => {
          if (!isByTime) return onGo(Number(currentTarget.value));
          onTime(Number(currentTarget.value));
        }}
        onKeyDown={(event) => {
          const key = isByTime ? SCRUBBER_KEYS[event.key] : undefined;
          if (key === undefined) return;
          event.preventDefault();
          onKey(key);
        }}
      />
      <div class="row">
        <div class="group">
          <button
            type="button"
            aria-label="To the start"
            data-tip="to the start (g)"
            {...pressedUnless(seq === 0, () => onKey('g'))}
          >
            <Icon name="start" />
          </button>
          <button
            type="button"
            class="play"
            aria-label={playing ? 'Pause' : 'Play'}
            data-tip={playing ? 'pause (p)' : 'play (p)'}
            onClick={() => {
              if (isOver && !playing) onKey('g');
              onKey('p');
            }}
          >
            <Icon name={playing ? 'pause' : 'play'} />
          </button>
          <button
            type="button"
            aria-label="To the end"
            data-tip="to the end (G)"
            {...pressedUnless(isOver, () => onKey('G'))}
          >
            <Icon name="end" />
          </button>
        </div>
        {units.map(({ name, back, on: next, keys }) => (
          <fieldset class="stepper" key={name}>
            <legend class="hidden">by {name}</legend>
            <button
              type="button"
              aria-label={`Back one ${name}`}
              data-tip={`back one ${name} (${keys[0]})`}
              {...pressedUnless(seq === 0, () => onKey(back))}
            >
              <Icon name="back" />
            </button>
            <span aria-hidden="true">
              {name === 'time jump' ? (
                <>
                  <i>time </i>jump
                </>
              ) : (
                name
              )}
            </span>
            <button
              type="button"
              aria-label={`Next ${name}`}
              data-tip={`next ${name} (${keys[1]})`}
              {...pressedUnless(isOver, () => onKey(next))}
            >
              <Icon name="on" />
            </button>
          </fieldset>
        ))}
        <div class="group speed">
          <button
            type="button"
            aria-label="Slower"
            data-tip="slower (-)"
            {...pressedUnless(speed === SPEEDS[0], () => onKey('-'))}
          >
            <Icon name="out" />
          </button>
          <span>
            {speed}
            <span class="unit"> events/s</span>
          </span>
          <button
            type="button"
            aria-label="Faster"
            data-tip="faster (+)"
            {...pressedUnless(speed === SPEEDS.at(-1), () => onKey('+'))}
          >
            <Icon name="in" />
          </button>
        </div>
      </div>
    </section>
  );
}
