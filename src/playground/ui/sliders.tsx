/** A slider for each parameter of the program; to move one runs it again. */

import type { Parameter, Values } from '../engine/protocol.ts';

interface SlidersProps {
  readonly parameters: readonly Parameter[];
  readonly values: Values;
  readonly onChange: (name: string, value: number) => void;
}

export function Sliders({ parameters, values, onChange }: SlidersProps) {
  if (parameters.length === 0) return null;
  return (
    <fieldset class="sliders">
      <legend class="unseen">Parameters: moving one runs the program again</legend>
      {parameters.map(({ name, label, unit, min, max, step, value }) => {
        const now = Math.min(max, Math.max(min, values[name] ?? value));
        const shown = unit === '' ? `${now}` : `${now} ${unit}`;
        return (
          <label key={name} class="slider">
            <span class="slider-name">{label}</span>
            <input
              type="range"
              name={name}
              min={min}
              max={max}
              step={step}
              value={now}
              aria-valuetext={shown}
              onInput={(event) => onChange(name, Number(event.currentTarget.value))}
            />
            <output class="slider-value">{shown}</output>
          </label>
        );
      })}
    </fieldset>
  );
}
