/**
 * The story: one plain sentence for each event, with its reason.
 *
 *          0  #2  rice waits: sleep 40 min
 *     30 min  #2  ready queue empty: the clock jumps 0 → 30 min, to the timer of laundry
 *     30 min  #4  laundry runs again: its sleep is over
 *
 * A line begins with the virtual time and the iteration in which it happened. `key` tells the moments that matter:
 * tasks start, wait, wake up and end, the clock jumps, a device takes up what queued inside it, something computes,
 * prints, or goes wrong. `all` leaves nothing out: every kind of event has its sentence, and the compiler sees to it.
 *
 * Around its loops a program may be a script: plain code, which no loop runs. What it does while none runs is told as
 * the script's: a call that blocks there holds up no loop, because there is none.
 *
 * "Why" is read from the causes: what made a task ready is a chain of events, of which most are plumbing (a handle
 * ran, a future was settled). The chain is followed backwards to the first event that means something to a reader:
 * a sleep that is over, a task that is done, somebody who released a lock.
 */

import type { EventKind, EventOf, TraceEvent } from '../trace/events.ts';
import { callbackName, type Known, timerName } from './callbacks.ts';
import { Cast } from './cast.ts';
import { pad, printable, widest, wrap } from './cells.ts';
import { choiceText } from './choice.ts';
import { inkText, type Line, type Style } from './ink.ts';
import { ThreadTeller } from './thread-story.ts';
import { formatDuration } from './time.ts';
import { ended, list, room, span, stands } from './words.ts';

/** How a story is told. */
export interface StoryOptions {
  /** The key moments only, or every event; `key` if not given. */
  readonly detail?: 'key' | 'all';
  /** What stands behind the time as `#28`: the iteration, if not given, or the number of the event, by which `why` can be asked. */
  readonly numbers?: 'iterations' | 'events';
  /** Longer lines are wrapped at this many columns; not at all if not given. */
  readonly width?: number;
  /** ANSI colours; none if not given. */
  readonly color?: boolean;
}

/** One sentence of a story, with what it tells. */
export interface StoryLine {
  readonly event: TraceEvent;
  /** Whether it is a key moment. */
  readonly key: boolean;
  readonly text: string;
}

/** Why a task runs of which nothing else is known. */
const TURN = 'its turn has come';
/** A resource of which a part of a trace doesn't say what it is. */
const UNKNOWN = { type: '', capacity: 0 };

/**
 * Tells a trace in sentences, one line each.
 *
 * @example console.log(story(trace, { detail: 'all', width: 80 }))
 */
export function story(trace: Iterable<TraceEvent>, options: StoryOptions = {}): string {
  const told = Array.from(storyLines(trace)).filter(({ key }) => key || options.detail === 'all');
  const times = told.map(({ event }) => formatDuration(event.time));
  const timeWidth = widest(times);
  const numberOf = ({ seq, iteration }: TraceEvent) => (options.numbers === 'events' ? seq : iteration);
  // Threads alone have no iterations.
  const iterates =
    options.numbers === 'events' ||
    told.some(({ event }) => event.iteration > 0) ||
    !told.some(({ event }) => isOfMachine(event));
  const iterationWidth = 1 + widest(told.map(({ event }) => String(numberOf(event))));
  const indent = timeWidth + 2 + (iterates ? iterationWidth + 2 : 0);
  const width =
    options.width === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(options.width));
  const lines = told.flatMap(({ event, text }, i): Line[] => {
    const iteration = iterates ? `${pad(`#${numberOf(event)}`, iterationWidth, 'right')}  ` : '';
    const prefix = `${pad(times[i]!, timeWidth, 'right')}  ${iteration}`;
    const isEnd = event.kind === 'task:done' || event.kind === 'thread:done';
    const style = isEnd ? ENDS[event.outcome] : (STYLES[event.kind] ?? 'plain');
    // Where there is hardly any room for a sentence it is cut, not stacked up word by word.
    const pieces = width - indent < 16 ? [text] : wrap(text, width - indent);
    return pieces.map(
      (piece, p): Line => [
        [p === 0 ? prefix : ' '.repeat(indent), times[i] === times[i - 1] ? 'quiet' : 'strong'],
        [piece, style],
      ],
    );
  });
  return inkText(lines, width, options.color);
}

const STYLES: { readonly [K in EventKind]?: Style } = {
  'clock:jump': 'quiet',
  compute: 'running',
  block: 'running',
  'task:wait': 'waiting',
  'task:cancel': 'dropped',
  'thread:busy': 'running',
  'thread:preempt': 'ready',
  'thread:wait': 'waiting',
  'thread:print': 'strong',
  'cell:write': 'strong',
  print: 'strong',
  deadlock: 'bad',
  error: 'bad',
};

const ENDS = { result: 'good', exception: 'bad', cancelled: 'dropped' } as const;

const KEY: ReadonlySet<EventKind> = new Set<EventKind>([
  'clock:jump',
  'compute',
  'block',
  'task:step',
  'task:yield',
  'task:wait',
  'task:done',
  'task:cancel',
  'cell:read',
  'cell:write',
  'print',
  'deadlock',
  'error',
  'choice',
]);

/**
 * Tells a trace in sentences, as data: for a view that shows the sentence of one event.
 *
 * @example [...storyLines(trace)][11]?.text // 'rice waits: sleep 40 min'
 */
export function* storyLines(trace: Iterable<TraceEvent>): Generator<StoryLine> {
  const teller = new Teller();
  for (const event of trace) {
    const text = teller.tell(event);
    yield {
      event,
      key: KEY.has(event.kind) || teller.hasQueued(event) || teller.isKeyOfThreads(event),
      text,
    };
  }
}

/** What runs: a task, or a handle. */
interface Runner {
  readonly task: number;
  readonly handle: number;
}

/** Follows a trace and finds the words. */
class Teller {
  readonly #cast: Cast;
  /** Tells what threads do. */
  readonly #threads: ThreadTeller;
  /** All events so far, by number: each may be a cause. */
  readonly #seen: Map<number, TraceEvent>;
  readonly #started: Set<number>;
  /** What each task waits for, or waited for last. */
  readonly #waits: Map<number, EventOf<'task:wait'>>;
  /** Who holds a resource. */
  readonly #holders: Map<number, number[]>;
  readonly #resources: Map<number, { readonly type: string; readonly capacity: number }>;
  /** The requests of each task that aren't complete: whether their device works on them, or they still queue. */
  readonly #requestsOf: Map<number, Map<number, boolean>>;
  /** When requests were complete. */
  readonly #completed: Map<number, number>;
  /** Those that failed. */
  readonly #failed: Set<number>;
  /** What the clock may jump to: by time, the timers that are set and the requests under way. */
  readonly #ahead: Map<number, Set<number>>;
  /** The other way round: when each of those will be. */
  readonly #when: Map<number, number>;
  /** The names of what is in the ready queue, by id: tasks are positive, handles negative. */
  readonly #ready: Map<number, string>;
  /** What runs inside of what. */
  readonly #running: Runner[];
  /** For the names of callbacks. */
  readonly #known: Known;

  constructor() {
    this.#cast = new Cast();
    this.#seen = new Map();
    this.#threads = new ThreadTeller(this.#cast, this.#seen);
    this.#started = new Set();
    this.#waits = new Map();
    this.#holders = new Map();
    this.#resources = new Map();
    this.#requestsOf = new Map();
    this.#completed = new Map();
    this.#failed = new Set();
    this.#ahead = new Map();
    this.#when = new Map();
    this.#ready = new Map();
    this.#running = [];
    this.#known = {
      event: (seq) => this.#seen.get(seq),
      task: (id) => this.#cast.task(id),
      thread: (id) => this.#threads.name(id),
      resource: (id) => this.#cast.resource(id),
    };
  }

  /** The sentence of the next event. */
  tell(event: TraceEvent): string {
    const oldName = event.kind === 'task:rename' ? this.#cast.task(event.task) : '';
    this.#cast.see(event);
    this.#seen.set(event.seq, event);
    const sentence = this.#sentence(event, oldName);
    this.#follow(event);
    return sentence;
  }

  /** Whether an event is the start of a request that had to wait for a channel of its device. */
  hasQueued(event: TraceEvent): boolean {
    return event.kind === 'request:start' && this.#queued(event) > 0;
  }

  /** Whether an event is a key moment of a machine. */
  isKeyOfThreads(event: TraceEvent): boolean {
    return this.#threads.isKey(event);
  }

  #sentence(event: TraceEvent, oldName: string): string {
    const cast = this.#cast;
    switch (event.kind) {
      case 'loop:run':
        return `${loopName(event.loop)} runs`;
      case 'loop:return':
        return `${loopName(event.loop)} returns`;
      case 'loop:stop':
        return `${this.#who()} stops ${loopName(event.loop)}: this iteration is its last`;
      case 'loop:close':
        return `${loopName(event.loop)} is closed`;
      case 'iteration': {
        if (event.ready === 0) return `iteration ${event.iteration} has nothing to run`;
        const names = this.#ready.size === event.ready ? `: ${list(this.#ready.values())}` : '';
        return `iteration ${event.iteration} runs ${event.ready}${names}`;
      }
      case 'clock:jump': {
        const target = this.#target(event.to);
        if (cast.hasHost) {
          return `the loop had nothing to do, ${span(event)}${target ? `, up to ${target}` : ': a thread woke it'}`;
        }
        return `ready queue empty: the clock jumps ${span(event)}${target && `, to ${target}`}`;
      }
      case 'compute':
      case 'block': {
        const verb = event.kind === 'block' ? 'blocks' : 'computes';
        const what = event.label === '' ? '' : ` (${printable(event.label)})`;
        const length = formatDuration(event.to - event.from);
        const lacked = this.#threads.lackedIn(event);
        return cast.isScript(event)
          ? `the script ${verb}${what} for ${length}, ${span(event)}: ${lacked || 'no loop runs'}`
          : `${this.#named(event.task)} ${verb}${what}, ${span(event)}: the loop stands still for ${length}${lacked && `, ${lacked}`}`;
      }

      case 'deadlock':
        return `deadlock: ${printable(event.detail)}`;

      case 'task:create': {
        const name = cast.task(event.task);
        return event.parent === 0
          ? `the task ${name} is created`
          : `${cast.task(event.parent)} creates the task ${name}`;
      }
      case 'task:rename':
        return `${oldName} is now called ${cast.task(event.task)}`;
      case 'task:ready': {
        const why = this.#started.has(event.task) ? `: ${this.#why(event)}` : ', to start';
        return `${cast.task(event.task)} joins the ready queue${why}`;
      }
      case 'task:step': {
        const name = cast.task(event.task);
        const ready = this.#seen.get(event.cause);
        const queued = ready && isReady(ready) ? event.time - ready.time : 0;
        const after = queued > 0 ? `, after ${formatDuration(queued)} in the ready queue` : '';
        if (this.#started.has(event.task)) return `${name} runs again: ${this.#why(ready)}${after}`;
        if (!event.eager) return `${name} starts${after}`;
        const creator = this.#running.at(-1)?.task;
        return `${name} starts at once (eager)${creator ? `, in the middle of a step of ${cast.task(creator)}` : ''}`;
      }
      case 'task:yield':
        return `${cast.task(event.task)} gives way, and joins the end of the ready queue`;
      case 'task:wait': {
        const holders = event.on === 'resource' ? (this.#holders.get(event.target) ?? []) : [];
        const names = holders.map((task) => cast.task(task));
        const by = names.length > 0 ? `, held by ${list(names, 3)}` : '';
        const full = this.#isInLine(event) ? ', as no channel is free' : '';
        return `${cast.task(event.task)} waits: ${cast.wait(event)}${by}${full}`;
      }
      case 'task:done':
        return `${cast.task(event.task)} ${ended(event)}`;
      case 'task:cancel': {
        const message = event.message === '' ? '' : ` (${printable(event.message)})`;
        const again = event.cancelling > 1 ? `, now asked ${event.cancelling} times` : '';
        return `${this.#who()} asks ${this.#whom(event.task)} to stop${message}${again}`;
      }
      case 'task:uncancel': {
        const left = event.cancelling === 0 ? 'none is left' : `${event.cancelling} left`;
        return `a request to stop ${cast.task(event.task)} is taken back: ${left}`;
      }

      case 'handle:ready':
        return `${this.#handle(event.seq)} joins the ready queue`;
      case 'handle:run':
        return `${this.#handle(event.handle)} runs`;
      case 'handle:end':
        return `${this.#handle(event.handle)} ends`;
      case 'handle:cancel':
        return `${this.#handle(event.handle)} is cancelled: it keeps its place, and will be passed over`;
      case 'handle:skip':
        return `${this.#handle(event.handle)} is passed over: it was cancelled`;
      case 'timer:set':
        return `${this.#timer(event.seq)} is set ${this.#until(event)}`;
      case 'timer:due':
        return `${this.#timer(event.timer)} is due${this.#late(cast.timer(event.timer)?.when, event.time)}`;
      case 'timer:cancel':
        return `${this.#timer(event.timer)} is cancelled`;

      case 'future:done':
        return `a future ${ended(event)}`;

      case 'resource:new': {
        const name = cast.resource(event.resource);
        const type = printable(event.type);
        return `first use of ${name.startsWith(type) ? name : `${type} ${name}`}${room(type, event.capacity)}`;
      }
      case 'resource:use': {
        const action = `${printable(event.action)} ${cast.resource(event.resource)}`;
        const { type, capacity } = this.#resources.get(event.resource) ?? UNKNOWN;
        // To set and to clear are the words for it themselves.
        const now = type.endsWith('event') ? '' : stands(type, event.value, capacity);
        const who = event.task === 0 ? this.#by(event) : cast.task(event.task);
        return `${who}: ${action}${now && ` (now ${now})`}`;
      }
      case 'resource:hold': {
        const verb = event.held ? 'now holds' : 'no longer holds';
        return `${cast.task(event.task)} ${verb} ${cast.resource(event.resource)}`;
      }

      case 'cell:read':
      case 'cell:write': {
        let who = event.task === 0 ? this.#who() : cast.task(event.task);
        if (event.thread !== 0) who = this.#threads.name(event.thread);
        const does = event.kind === 'cell:read' ? 'reads' : 'writes';
        return `${who} ${does} ${cast.resource(event.cell)}: ${printable(event.detail)}`;
      }

      case 'request:new':
        return `${event.task === 0 ? this.#by(event) : cast.task(event.task)} asks ${cast.resource(event.device)}${event.label && `: ${printable(event.label)}`}`;
      case 'request:start': {
        const queued = this.#queued(event);
        const after = queued > 0 ? `, after ${formatDuration(queued)} in its queue` : '';
        const until = `until ${formatDuration(event.until)}`;
        return `${this.#device(event.request)} takes up ${this.#request(event.request)}${after}, ${until}`;
      }
      case 'request:complete': {
        if (event.failed) this.#failed.add(event.request);
        return this.#completion(event.request);
      }
      case 'request:deliver': {
        const delay = this.#late(this.#completed.get(event.request), event.time);
        return `the loop notices that ${this.#completion(event.request)}${delay}`;
      }
      case 'request:cancel':
        return `${this.#request(event.request)} to ${this.#device(event.request)} is given up`;

      case 'print':
        return `${cast.isScript(event) ? 'the script' : this.#named(event.task)} prints: ${printable(event.text)}`;
      case 'error': {
        const detail = event.detail === '' ? '' : `: ${printable(event.detail)}`;
        return `the exception handler is called: ${printable(event.message)}${detail}`;
      }
      case 'choice':
        return choiceText(event);
      // No key moment: it is told where it matters, in the request that takes so long.
      case 'draw': {
        const [drawn, low, high] = [event.value, event.low, event.high].map((one) => Number(one.toFixed(3)));
        return `a ${printable(event.what)} is drawn by ${printable(event.by)}: ${drawn}, from ${low} to ${high}`;
      }
      case 'source:at': {
        let who = this.#named(event.task);
        if (event.thread !== 0) who = this.#threads.name(event.thread);
        else if (cast.isScript(event)) who = 'the script';
        return `${who} is at ${printable(event.file)}:${event.line}`;
      }
      default:
        return this.#threads.tell(event);
    }
  }

  /** Keeps up with what the next sentences will need. */
  #follow(event: TraceEvent): void {
    switch (event.kind) {
      case 'loop:run':
      case 'loop:return':
        this.#running.length = 0;
        break;
      case 'loop:close':
        this.#running.length = 0;
        this.#ready.clear();
        this.#ahead.clear();
        this.#when.clear();
        this.#requestsOf.clear();
        break;
      case 'task:ready':
        this.#ready.set(event.task, this.#cast.task(event.task));
        break;
      case 'task:step':
        this.#ready.delete(event.task);
        this.#started.add(event.task);
        if (!event.eager) this.#running.length = 0;
        this.#running.push({ task: event.task, handle: 0 });
        break;
      case 'task:yield':
        this.#running.pop();
        this.#ready.set(event.task, this.#cast.task(event.task));
        break;
      case 'task:wait':
        this.#waits.set(event.task, event);
        this.#running.pop();
        break;
      case 'task:done':
        this.#running.pop();
        break;
      case 'handle:ready':
      case 'request:deliver':
        this.#ready.set(-event.seq, this.#handle(event.seq));
        break;
      case 'timer:due':
        this.#forget(event.timer);
        this.#ready.set(-event.seq, this.#handle(event.seq));
        break;
      case 'handle:run':
        this.#ready.delete(-event.handle);
        this.#running.length = 0;
        this.#running.push({ task: 0, handle: event.handle });
        break;
      case 'handle:skip':
        this.#ready.delete(-event.handle);
        break;
      case 'handle:end':
        this.#running.pop();
        break;
      case 'timer:set':
        this.#expect(event.seq, event.when);
        break;
      case 'timer:cancel':
        this.#forget(event.timer);
        break;
      case 'request:new': {
        const requests = this.#requestsOf.get(event.task) ?? new Map();
        this.#requestsOf.set(event.task, requests.set(event.seq, false));
        break;
      }
      case 'request:start':
        this.#expect(event.request, event.until);
        this.#openRequests(event)?.set(event.request, true);
        break;
      case 'request:complete':
        this.#forget(event.request);
        this.#openRequests(event)?.delete(event.request);
        this.#completed.set(event.request, event.time);
        break;
      case 'request:cancel':
        this.#forget(event.request);
        this.#openRequests(event)?.delete(event.request);
        break;
      case 'resource:new':
        this.#resources.set(event.resource, event);
        break;
      case 'resource:hold': {
        const holders = this.#holders.get(event.resource) ?? [];
        this.#holders.set(event.resource, holders);
        if (event.held) holders.push(event.task);
        else if (holders.includes(event.task)) holders.splice(holders.indexOf(event.task), 1);
        break;
      }
    }
  }

  // ---- why --------------------------------------------------------------------------------------------

  /** Why a task became ready: the first cause that means something to a reader. */
  #why(ready: TraceEvent | undefined): string {
    if (ready === undefined) return TURN;
    if (ready.kind === 'task:yield') return 'it had given way';
    const cast = this.#cast;
    const task = ready.kind === 'task:ready' ? ready.task : 0;
    let fallback = TURN;
    const wait = this.#waits.get(task);
    let event: TraceEvent = ready;
    for (;;) {
      const cause = this.#seen.get(event.cause);
      // A cause comes before its effect; a log that says otherwise must not lead us in circles.
      if (cause === undefined || cause.seq >= event.seq) return fallback;
      event = cause;
      switch (event.kind) {
        case 'timer:due': {
          const timer = cast.timer(event.timer);
          const lateness = this.#late(timer?.when, event.time);
          if (timer?.label !== 'sleep') return `${this.#timer(event.timer)} is due${lateness}`;
          return `${timer.task === task ? 'its sleep' : `the sleep of ${cast.task(timer.task)}`} is over${lateness}`;
        }
        case 'request:deliver': {
          const delay = this.#late(this.#completed.get(event.request), event.time);
          return `${this.#completion(event.request)}${delay}`;
        }
        case 'task:done':
          return `${cast.task(event.task)} ${ended({ ...event, detail: '' })}`;
        case 'task:cancel':
          return 'it was asked to stop';
        case 'task:step':
          return event.task === task ? fallback : `${cast.task(event.task)} woke it`;
        case 'handle:run':
          fallback =
            wait?.on === 'thread' && wait.reason === 'join'
              ? `${this.#threads.name(wait.target)} is done`
              : `${this.#handle(event.handle)} woke it`;
          break;
        case 'thread:run':
        case 'thread:done':
          return this.#threads.deed(event, wait);
        case 'future:done':
          fallback = `what it waited for ${ended({ ...event, detail: '' })}`;
          break;
        case 'loop:return': // between two drives of a loop
          return wait === undefined || fallback !== TURN ? fallback : 'the program woke it';
      }
    }
  }

  /** How long a request queued for the channel that now takes it up. */
  #queued({ request, time }: EventOf<'request:start'>): number {
    return time - (this.#cast.request(request)?.time ?? time);
  }

  /** Whether a task waits for a device that hasn't begun anything the task asked for. */
  #isInLine({ on, target, task }: EventOf<'task:wait'>): boolean {
    if (on !== 'resource') return false;
    const asked = Array.from(this.#requestsOf.get(task) ?? []);
    const here = asked.filter(([id]) => this.#cast.request(id)?.device === target);
    return here.length > 0 && here.every(([, started]) => !started);
  }

  /** The open requests of the task that made a request. */
  #openRequests({ request }: { readonly request: number }): Map<number, boolean> | undefined {
    return this.#requestsOf.get(this.#cast.request(request)?.task ?? 0);
  }

  /** What happens at a moment to which the clock jumps. */
  #target(time: number): string {
    const owners: string[] = [];
    const others: string[] = [];
    /** What each device will be done with. */
    const requests = new Map<string, string[]>();
    for (const id of this.#ahead.get(time) ?? []) {
      const timer = this.#cast.timer(id);
      if (!timer) {
        const device = this.#device(id);
        requests.set(device, [...(requests.get(device) ?? []), this.#request(id)]);
      } else if (timer.task === 0 || timer.label !== 'sleep') others.push(this.#timer(id));
      else owners.push(this.#cast.task(timer.task));
    }
    const timers = owners.length === 0 ? [] : [`the timer${owners.length > 1 ? 's' : ''} of ${list(owners)}`];
    const devices = Array.from(requests, ([device, ones]) => `${device}, done with ${list(ones)}`);
    return list([...timers, ...others, ...devices]);
  }

  /** Something will happen at `time`. */
  #expect(id: number, time: number): void {
    this.#when.set(id, time);
    const ids = this.#ahead.get(time) ?? new Set();
    this.#ahead.set(time, ids.add(id));
  }

  /** It has happened, or won't. */
  #forget(id: number): void {
    const time = this.#when.get(id);
    if (time === undefined) return;
    this.#when.delete(id);
    const ids = this.#ahead.get(time);
    ids?.delete(id);
    if (ids?.size === 0) this.#ahead.delete(time);
  }

  // ---- names ------------------------------------------------------------------------------------------

  /** A task by its name; what is in no task is done by a callback, or by the program around the loop. */
  #named(task: number): string {
    return task === 0 ? this.#who() : this.#cast.task(task);
  }

  /** Who did what no task did: a thread, if one caused it; else who runs. */
  #by(event: TraceEvent): string {
    const cause = this.#seen.get(event.cause);
    return cause && 'thread' in cause ? this.#threads.name(cause.thread) : this.#who();
  }

  /** How late the loop is to notice something, and why. */
  #late(when: number | undefined, now: number): string {
    if (when === undefined || when >= now) return '';
    return `, ${formatDuration(now - when)} late: ${this.#threads.lateness(when, now)}`;
  }

  /** Who runs at the moment. */
  #who(): string {
    const runner = this.#running.at(-1);
    if (!runner) return 'the program';
    if (runner.task !== 0) return this.#cast.task(runner.task);
    // The callback by which a group hears of its tasks; what it does is done by the group.
    if (this.#cast.handle(runner.handle) === 'taskGroup') return 'the task group';
    return this.#handle(runner.handle);
  }

  /** A task to which something is done: by its name, or as `it` where who does it has just been named after it. */
  #whom(task: number): string {
    const runner = this.#running.at(-1);
    if (runner?.task === task) return 'itself';
    const origin = runner && this.#seen.get(runner.handle);
    const timer = origin?.kind === 'timer:due' ? this.#cast.timer(origin.timer) : undefined;
    return timer?.task === task ? 'it' : this.#cast.task(task);
  }

  #timer(id: number): string {
    return timerName(id, this.#known);
  }

  #handle(id: number): string {
    return callbackName(id, this.#cast.handle(id), this.#known);
  }

  #device(request: number): string {
    const device = this.#cast.request(request)?.device;
    return device === undefined ? 'a device' : this.#cast.resource(device);
  }

  /** How a request ended. */
  #completion(id: number): string {
    const how = this.#failed.has(id) ? 'fails at' : 'is done with';
    return `${this.#device(id)} ${how} ${this.#request(id)}`;
  }

  #request(id: number): string {
    const request = this.#cast.request(id);
    if (!request) return 'a request';
    const label = request.label === '' ? 'the request' : printable(request.label);
    if (request.task !== 0) return `${label} of ${this.#cast.task(request.task)}`;
    const cause = this.#seen.get(request.cause);
    return cause && 'thread' in cause ? `${label} of ${this.#threads.name(cause.thread)}` : label;
  }

  #until({ time, when }: EventOf<'timer:set'>): string {
    if (when <= time) return 'and due at once';
    const length = formatDuration(when - time);
    return time === 0 ? `to ${length}` : `to ${formatDuration(when)}, ${length} from now`;
  }
}

function isOfMachine({ kind }: TraceEvent): boolean {
  return kind.startsWith('thread:');
}

function isReady({ kind }: TraceEvent): boolean {
  return kind === 'task:ready' || kind === 'task:yield';
}

function loopName(loop: number): string {
  return loop > 1 ? `loop ${loop}` : 'the loop';
}
