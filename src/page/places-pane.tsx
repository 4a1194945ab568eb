/** Where everybody is, as places; who goes from one to another is seen to move. */

import { sharedEntries } from '../stepper/shared.ts';
import type { LoopState } from '../trace/state.ts';
import type { Trace } from '../trace/trace.ts';
import { useFlip } from './flip.ts';
import { type Chip, loopPlaces, type Place, threadPlaces } from './places.ts';

/** So many chips of a place are shown; nobody looks at more. */
const MOST_CHIPS = 60;
const MOST_SHARED = 12;

interface PlacesProps {
  readonly trace: Trace;
  readonly now: LoopState;
  readonly hasLoop: boolean;
  readonly hasThreads: boolean;
  readonly isCalm: boolean;
  /** The task that was chosen; 0: none. */
  readonly task: number;
  readonly onChip: (chip: Chip) => void;
}

export function PlacesPane({ trace, now, hasLoop, hasThreads, isCalm, task, onChip }: PlacesProps) {
  const places = hasLoop ? loopPlaces(now, trace) : [];
  const threads = hasThreads ? threadPlaces(now) : [];
  const shared = sharedEntries(now, trace);
  const host = useFlip([now], isCalm);
  const show = (place: Place) => <PlaceBox key={place.name} place={place} task={task} onChip={onChip} />;
  const box =
    shared.length === 0 ? null : (
      <section class="place shared" aria-label="Shared">
        <h3>Shared</h3>
        <ul>
          {shared.slice(0, MOST_SHARED).map((entry) => (
            <li key={entry}>{entry}</li>
          ))}
          {shared.length > MOST_SHARED && <li class="quiet">… {shared.length - MOST_SHARED} more</li>}
        </ul>
      </section>
    );
  const withShared = box === null ? '' : ' with-shared';
  return (
    <div class={`places${hasLoop && hasThreads ? ' both' : ''}`} ref={host}>
      {hasLoop && (
        <div class={`loop-places${withShared}`}>
          {places.map(show)}
          {box}
        </div>
      )}
      {hasThreads && (
        <div class={`thread-places${hasLoop ? '' : withShared}`}>
          {hasLoop && <h3 class="kind">Threads</h3>}
          {threads.map(show)}
          {!hasLoop && box}
        </div>
      )}
    </div>
  );
}

function PlaceBox({
  place,
  task,
  onChip,
}: {
  readonly place: Place;
  readonly task: number;
  readonly onChip: (chip: Chip) => void;
}) {
  let left = MOST_CHIPS;
  const groups = place.groups.map((group) => {
    const chips = group.chips.slice(0, left);
    left -= chips.length;
    return { ...group, chips, isCut: chips.length < group.chips.length };
  });
  const hidden = place.count - (MOST_CHIPS - left);
  return (
    <section class={`place ${place.name}`} aria-label={place.title} data-place={place.name}>
      <h3>
        {place.title}
        {place.count > 1 && <span class="count">{place.count.toLocaleString('en')}</span>}
      </h3>
      <div class="groups">
        {place.count === 0 && <span class="empty">{place.empty}</span>}
        {groups
          .filter(({ chips, isCut, label }) => chips.length > 0 || (!isCut && label !== ''))
          .map(({ label, note, chips }) => (
            <div class="group" key={label}>
              {(label !== '' || note !== '') && (
                <span class="label">
                  {label}
                  {note !== '' && <span class="note"> {note}</span>}
                </span>
              )}
              <span class="chips">
                {chips.map((chip) => (
                  <ChipButton
                    key={chip.key}
                    chip={chip}
                    isChosen={chip.kind === 'task' && chip.id === task}
                    onChip={onChip}
                  />
                ))}
              </span>
            </div>
          ))}
        {hidden > 0 && <span class="empty">… {hidden.toLocaleString('en')} more</span>}
      </div>
    </section>
  );
}

function ChipButton({
  chip,
  isChosen,
  onChip,
}: {
  readonly chip: Chip;
  readonly isChosen: boolean;
  readonly onChip: (chip: Chip) => void;
}) {
  return (
    <button
      type="button"
      class={`chip ${chip.look} ${chip.kind}${isChosen ? ' chosen' : ''}`}
      data-key={chip.key}
      data-from={chip.from}
      data-tip={`${chip.text}: ${chip.note}`}
      aria-label={`${chip.text}: ${chip.note}`}
      aria-pressed={chip.kind === 'task' ? isChosen : undefined}
      onClick={() => onChip(chip)}
    >
      {chip.text}
    </button>
  );
}
