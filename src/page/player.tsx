/**
 * The player: one or several runs, a cursor in each, and everything there is to see at it.
 *
 * What a key does is the stepper's affair (src/stepper, src/page/playback.ts), what is so at an event a fold's (Checkpoints), what
 * happened the story's; here it is only shown. Whoever embeds it may hand it other runs at any time.
 */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { onPath, pathOf } from '../stepper/analysis.ts';
import { type Breakpoint, Steppable, type StepperState } from '../stepper/index.ts';
import { placeOf } from '../stepper/source.ts';
import { printable } from '../views/cells.ts';
import { formatDuration } from '../views/time.ts';
import type { Sought } from './canvas/lanes.ts';
import type { About, PlayedRun } from './data.ts';
import { EventList } from './event-list.tsx';
import { Help, isOfTerminal } from './help.tsx';
import { Icon } from './icon.tsx';
import { type Keep, keepPlace, resumed } from './keep.ts';
import { Landmarks } from './landmarks.tsx';
import { LanesView } from './lanes-view.tsx';
import type { Moment } from './moment.ts';
import { NoticePane } from './notice-pane.tsx';
import { OutputPane } from './output-pane.tsx';
import { LatePane, PathPane } from './path-pane.tsx';
import type { Chip } from './places.ts';
import { PlacesPane } from './places-pane.tsx';
import {
  activate,
  activeRun,
  beginPlayback,
  endOf,
  goTo,
  goToCause,
  goToMoment,
  goToTime,
  latestRun,
  overSince,
  type Playback,
  pressKey,
  tick,
  toggleStop,
  typed,
} from './playback.ts';
import { READING_ALL, useReckoned } from './reckoned.ts';
import { RunsStrip } from './runs-strip.tsx';
import { SourcePane } from './source-pane.tsx';
import { type Tab, Tabs } from './tabs.tsx';
import { Telling } from './telling.ts';
import { type Theme, useCalm } from './theme.ts';
import { TimesPane } from './times-pane.tsx';
import { type Say, Tip } from './tip.tsx';
import { Transport } from './transport.tsx';
import { WhyPane } from './why-pane.tsx';

export interface PlayerProps {
  /** What is played; other ones may be given at any time, and are played from their beginning. */
  readonly runs: readonly PlayedRun[];
  readonly theme: Theme;
  /** What stands above it; the title of the first trace if not given. */
  readonly title?: string;
  /** Changes the theme; without it there is no button for that. */
  readonly onTheme?: () => void;
  /** Where to go: at the beginning, and each time it is another object. */
  readonly at?: Moment;
  /** What it says beside the runs, in a tab of its own. */
  readonly about?: About | null;
  /** Told where the reader is. */
  readonly onMove?: (moment: Moment) => void;
  /** Holds where the reader is and what they have chosen, so that other runs go on there; without it they begin anew. */
  readonly keep?: Keep;
}

/** Shows runs, and has the reader go to and fro in them. */
export function Player(props: PlayerProps) {
  const { runs } = props;
  const generation = useRef({ runs, number: 0 });
  if (generation.current.runs !== runs) generation.current = { runs, number: generation.current.number + 1 };
  if (runs.length === 0) return null;
  return <Stage key={generation.current.number} {...props} />;
}

const NOTICE = { name: 'notice', title: 'Notice', tip: 'what this run is there to show' } as const;
const TABS = [
  { name: 'why', title: 'Why', tip: 'why it happened: the chain of causes (w)' },
  { name: 'times', title: 'Times', tip: 'where the time of each task went' },
  { name: 'path', title: 'Path', tip: 'the critical path: what made the end as late as it is' },
  { name: 'late', title: 'Late', tip: 'who was late, because of whom (L)' },
  { name: 'events', title: 'Events', tip: 'all that happens, as a list' },
] as const satisfies readonly Tab<string>[];
type TabName = (typeof TABS)[number]['name'] | 'notice';

/** What stands for a sentence that isn't told yet, in a trace of very many events. */
const READING = 'reading the story up to here …';

const over = (end: number) => `This run has been over since ${formatDuration(end)}`;

const PROMPTS = {
  search: 'search the story',
  break: 'stop at a task, a line (:24), a time (40 min), a kind (task:done) or a text',
  answer: 'otherwise',
  change: 'what if',
} as const;

/** Names of keys as the stepper knows them. */
const NAMED: { readonly [key: string]: string } = {
  ArrowRight: 'right',
  ArrowLeft: 'left',
  Escape: 'escape',
  // As in whatever plays; in a terminal it goes on by one, as in whatever pages.
  ' ': 'p',
};

/** Whether what has the focus needs a key for itself: a field all of them, and others those that move or press them. */
function isForItself(element: HTMLElement, key: string, player: HTMLElement): boolean {
  const isRange = element instanceof HTMLInputElement && element.type === 'range';
  if (element.isContentEditable || (element.matches('input, textarea, select') && !isRange)) return true;
  if (isRange) return /^(Arrow|Page|Home|End)/.test(key);
  if (element.matches('button, [role=tab], summary, a')) return key === ' ';
  // What scrolls beside the player does so by these.
  return element.tabIndex >= 0 && !player.contains(element) && (key === ' ' || key.startsWith('Arrow'));
}

function Stage({ runs, theme, title, onTheme, at, about = null, onMove, keep }: PlayerProps) {
  const tabs: readonly Tab<TabName>[] = about === null ? TABS : [NOTICE, ...TABS];
  const steppables = useMemo(
    () => runs.map(({ trace, sources = {}, failure = '' }) => new Steppable(trace, sources, { failure })),
    [runs],
  );
  const titles = useMemo(() => runs.map(({ title }) => title), [runs]);
  const tellings = useMemo(() => steppables.map((on) => new Telling(on)), [steppables]);
  const [playback, setPlayback] = useState<Playback>(() => {
    const beginning = beginPlayback(steppables);
    if (keep !== undefined) return resumed(beginning, keep);
    return at === undefined ? beginning : goToMoment(beginning, at);
  });
  const [tab, setTab] = useState<TabName>(
    () => tabs.find(({ name }) => name === keep?.tab)?.name ?? tabs[0]!.name,
  );
  const [isHelp, setHelp] = useState(false);
  const [, tellAnew] = useState(0);
  const isCalm = useCalm();
  const host = useRef<HTMLDivElement>(null);
  // What is under the pointer is the tip's affair alone: nothing else is shown anew as it moves.
  const say = useRef<Say>(() => {});
  const onHover = useCallback<Say>((text) => say.current(text), []);
  // Nor as the timeline says how much room it needs: the style sheet divides the page.
  const onHeight = useCallback((px: number, least: number) => {
    host.current?.style.setProperty('--lanes-height', `${px}px`);
    host.current?.style.setProperty('--lanes-least', `${least}px`);
  }, []);

  useLayoutEffect(() => {
    if (keep === undefined) return;
    keep.tab = tab;
    keepPlace(keep, playback);
  }, [keep, tab, playback]);

  const { active, state, seqs } = playback;
  const on = activeRun(playback);
  const telling = tellings[active]!;
  const { seq, playing, critical } = state;
  const now = on.stateAt(seq);
  const event = seq > 0 ? on.trace.event(seq) : undefined;
  const here = placeOf(on, now, event);
  const clock = playback.clock ?? 0;
  const latest = latestRun(playback);
  const isOver = seqs.every((one, i) => one === runs[i]!.trace.length);
  const endOfAll = runs.length > 1 ? endOf(playback) : 0;
  const hasSource = steppables.some(({ sources }) => sources.size > 0);

  // Where the address points to, when it changes.
  const arrived = useRef(at);
  useEffect(() => {
    if (at === undefined || at === arrived.current) return;
    arrived.current = at;
    setPlayback((before) => goToMoment(before, at));
  }, [at]);
  const end = overSince(playback);
  const later = end === null ? undefined : clock;
  useEffect(() => onMove?.({ run: active, seq, time: later }), [onMove, active, seq, later]);

  // The story is told in the pauses, beginning with the run that is shown.
  useEffect(() => {
    for (const one of tellings) {
      one.onTold = () => tellAnew((n) => n + 1);
      one.start();
    }
    return () => {
      for (const one of tellings) one.stop();
    };
  }, [tellings]);

  const { speed } = state;
  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    let due = 0;
    let frame = requestAnimationFrame(function next(time) {
      due = Math.min(due + ((time - last) * speed) / 1000, speed / 4 + 1);
      last = time;
      const count = Math.floor(due);
      due -= count;
      if (count > 0)
        setPlayback((before) => {
          let after = before;
          for (let i = 0; i < count; i++) after = tick(after);
          return after;
        });
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed]);

  const press = useCallback((key: string) => {
    if (key === 'w') return setTab('why');
    if (key === 'L') return setTab('late');
    if (key === '?') return setHelp(true);
    if (isOfTerminal(key)) return;
    if (key === '<') setTab('why');
    setPlayback((before) => pressKey(before, key));
  }, []);
  const go = useCallback((to: number) => setPlayback((before) => goTo(before, before.active, to)), []);
  const goAt = useCallback((time: number) => setPlayback((before) => goToTime(before, time)), []);
  const goBack = useCallback((to: number) => setPlayback((before) => goToCause(before, to)), []);
  const pick = useCallback((run: number, to: number) => {
    setTab('why');
    setPlayback((before) => goTo(before, run, to));
  }, []);
  const seek = useCallback((sought: Sought) => {
    setPlayback((before) =>
      'time' in sought ? goToTime(before, sought.time) : goTo(before, sought.trace, sought.seq),
    );
  }, []);
  const forgetSearch = useCallback(() => setPlayback((before) => withState(before, { search: '' })), []);
  const removeStop = useCallback((stop: Breakpoint) => {
    setPlayback((before) =>
      withState(before, { breakpoints: before.state.breakpoints.filter((one) => one !== stop) }),
    );
  }, []);
  const onLine = useCallback((file: string, line: number) => {
    setPlayback((before) => toggleStop(before, `${file}:${line}`));
  }, []);
  const choose = useCallback((chip: Chip) => {
    setPlayback((before) => {
      const note = `${chip.text}: ${chip.note}`;
      if (chip.kind !== 'task') return { ...before, state: { ...before.state, message: note } };
      const isChosen = before.state.task === chip.id;
      const message = isChosen ? '' : `${note}; s and S go to its steps`;
      return { ...before, state: { ...before.state, task: isChosen ? 0 : chip.id, message } };
    });
  }, []);

  const isTyping = state.typing !== null;
  // As soon as it can be seen, and not a frame later: a key that nobody hears is lost.
  useLayoutEffect(() => {
    const onKey = (pressed: KeyboardEvent) => {
      const { key, target, ctrlKey, metaKey, altKey, defaultPrevented } = pressed;
      if (ctrlKey || metaKey || altKey || defaultPrevented || isHelp || isTyping) return;
      if (target instanceof HTMLElement && isForItself(target, key, host.current!)) return;
      const name = NAMED[key] ?? ([...key].length === 1 ? key : '');
      if (name === '') return;
      pressed.preventDefault();
      press(name);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [isHelp, isTyping, press]);

  const sentence =
    seq === 0
      ? on.trace.length === 0
        ? 'Nothing happens at all.'
        : 'Nothing has happened yet.'
      : telling.sentence(seq);
  const cause = seq > 0 ? on.cause(seq) : 0;
  const isEnd = seq === on.trace.length;
  const failure = isEnd ? on.run.failure : '';
  // The path itself is kept, and told of each event anew.
  const isRead = useReckoned(on.trace, pathOf, critical) !== null;
  const path = isRead && seq > 0 ? onPath(on.trace, seq) : null;
  const head = title ?? on.trace.meta.title ?? 'trace';

  return (
    <div
      class={`player${hasSource ? '' : ' no-source'}${runs.length > 1 ? ' several' : ''}`}
      data-theme={theme}
      data-seq={seq}
      data-run={active + 1}
      ref={host}
    >
      <header class="head">
        <h1>{printable(String(head))}</h1>
        {runs.length > 1 && (
          <RunsStrip
            titles={titles}
            active={active}
            onRun={(run) => setPlayback((before) => activate(before, run))}
          />
        )}
        <div class="tools">
          <button
            type="button"
            aria-label="Search"
            data-tip="search the story (/)"
            onClick={() => press('/')}
          >
            <Icon name="search" />
          </button>
          <button
            type="button"
            aria-label="Breakpoint"
            data-tip="stop at a task, a line, a time … (b)"
            onClick={() => press('b')}
          >
            <Icon name="flag" />
          </button>
          {onTheme !== undefined && (
            <button
              type="button"
              aria-label={theme === 'dark' ? 'Light colours' : 'Dark colours'}
              data-tip={theme === 'dark' ? 'light colours' : 'dark colours'}
              onClick={onTheme}
            >
              <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
            </button>
          )}
          <button type="button" aria-label="Keys" data-tip="keys (?)" onClick={() => setHelp(true)}>
            <Icon name="help" />
          </button>
        </div>
      </header>

      <section class="now" aria-label="What just happened">
        <div class="clock">
          <span class="time">{formatDuration(clock)}</span>
          <span class="where">
            event {seq.toLocaleString('en')} of {on.trace.length.toLocaleString('en')}
            {on.hasLoop && ` · iteration ${now.iteration.toLocaleString('en')}`}
          </span>
        </div>
        <div class="told">
          <p class="sentence">{sentence ?? READING}</p>
          {end !== null && <p class="quiet over">{over(end)}.</p>}
          {seq === 0 && on.trace.length > 0 && state.message === '' && (
            <p class="quiet">→ goes on by an event, space plays, and ? has the other keys.</p>
          )}
          {state.message !== '' && <p class="message">{printable(state.message)}</p>}
          {failure !== '' && <p class="bad">{printable(failure.split('\n')[0]!)}</p>}
          {critical && !isRead && <p class="on-path not">{READING_ALL}</p>}
          {path !== null && <p class={path.isOn === false ? 'on-path not' : 'on-path'}>{path.text}</p>}
          {cause > 0 && sentence !== null && (
            <p class="cause">
              <button
                type="button"
                onClick={() => press('<')}
                data-tip="go to the cause (<), and come back (>)"
              >
                because: {telling.sentence(cause) ?? '…'}
              </button>
            </p>
          )}
        </div>
        <Landmarks state={state} onKey={press} onForget={forgetSearch} onRemove={removeStop} />
      </section>
      <Announcer
        text={`${sentence ?? READING}. ${end === null ? '' : `${over(end)}. `}Event ${seq} of ${on.trace.length}, ${formatDuration(clock)}`}
        playing={playing}
        message={state.message}
      />

      <div class="middle">
        <div class="panes">
          {hasSource && (
            <section class="pane source-pane" aria-label="Source">
              <header>
                <h2>Source</h2>
                {here !== undefined && <span class="quiet">{printable(here.site.file)}</span>}
              </header>
              <SourcePane on={on} now={now} here={here} stops={state.breakpoints} onLine={onLine} />
            </section>
          )}
          <section class="pane output-pane" aria-label="Output">
            <header>
              <h2>Output</h2>
            </header>
            <OutputPane now={now} />
          </section>
          <section class="pane places-pane" aria-label="Where everybody is">
            <PlacesPane
              trace={on.trace}
              now={now}
              hasLoop={on.hasLoop}
              hasThreads={on.hasThreads}
              isCalm={isCalm}
              task={state.task}
              onChip={choose}
            />
          </section>
          <section class="pane side-pane" aria-label="More about it">
            <Tabs label="More about it" tabs={tabs} open={tab} onOpen={setTab}>
              {tab === 'notice' && about !== null && <NoticePane about={about} />}
              {tab === 'why' && (
                <WhyPane
                  on={on}
                  telling={telling}
                  seq={seq}
                  failure={failure}
                  trail={state.trail}
                  onGo={goBack}
                  onBack={() => press('>')}
                />
              )}
              {tab === 'times' && <TimesPane now={now} on={on} />}
              {tab === 'path' && (
                <PathPane on={on} time={now.time} isLit={critical} onLight={() => press('P')} onGo={go} />
              )}
              {tab === 'late' && <LatePane on={on} />}
              {tab === 'events' && <EventList on={on} telling={telling} seq={seq} onGo={go} />}
            </Tabs>
          </section>
        </div>

        <LanesView
          runs={runs}
          keep={keep}
          latest={latest}
          seq={seqs[latest]!}
          theme={theme}
          isCalm={isCalm}
          isAsked={critical}
          isLit={isRead}
          onLight={() => press('P')}
          onPick={pick}
          onSeek={seek}
          onHover={onHover}
          onHeight={onHeight}
        />
      </div>
      <Transport
        on={on}
        state={state}
        time={clock}
        end={endOfAll}
        isOver={isOver}
        onKey={press}
        onGo={go}
        onTime={goAt}
      />
      {state.typing !== null && (
        <Prompt
          what={PROMPTS[state.typing.what]}
          onDone={(text) => setPlayback((before) => typed(before, text))}
          onGiveUp={() => setPlayback((before) => pressKey(before, 'escape'))}
        />
      )}
      {isHelp && <Help runs={runs.length} onClose={() => setHelp(false)} />}
      <Tip host={host} say={say} />
    </div>
  );
}

/** The same place, with something else chosen. */
function withState(playback: Playback, change: Partial<StepperState>): Playback {
  return { ...playback, state: { ...playback.state, message: '', ...change } };
}

/** Asks for a line of text. */
function Prompt({
  what,
  onDone,
  onGiveUp,
}: {
  readonly what: string;
  readonly onDone: (text: string) => void;
  readonly onGiveUp: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    before.current = document.activeElement;
    input.current?.focus();
    return () => before.current instanceof HTMLElement && before.current.focus();
  }, []);
  return (
    <form
      class="prompt"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(input.current!.value);
      }}
    >
      <label>
        {what}
        <input
          ref={input}
          type="text"
          autocomplete="off"
          spellcheck={false}
          onKeyDown={(event) => event.key === 'Escape' && onGiveUp()}
        />
      </label>
      <button type="submit">OK</button>
      <button type="button" aria-label="Give up" onClick={onGiveUp}>
        <Icon name="close" />
      </button>
    </form>
  );
}

/** While it plays, nobody can listen to every event. */
const ANNOUNCE_MS = 2500;

/** Tells a screen reader where one is. */
function Announcer({
  text,
  playing,
  message,
}: {
  readonly text: string;
  readonly playing: boolean;
  readonly message: string;
}) {
  const [told, setTold] = useState('');
  const last = useRef(0);
  useEffect(() => {
    const time = performance.now();
    if (playing && time - last.current < ANNOUNCE_MS) return;
    last.current = time;
    setTold(message === '' ? text : `${message}. ${text}`);
  }, [text, playing, message]);
  return (
    <p class="hidden announcer" aria-live="polite" role="status">
      {told}
    </p>
  );
}
