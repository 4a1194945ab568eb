/**
 * The swim lanes: the timeline of the web page, which can be zoomed, moved and asked.
 *
 * One canvas in a host element. What is shown is decided elsewhere (model, layout, hit, tell: no DOM in them); this is about
 * the pointer, the keys, and when to draw: in the next frame, and only if something has changed.
 *
 * The wheel scrolls the rows if there are more than fit, and else is left to the page; with Ctrl or ⌘, or as a pinch, it
 * zooms at the pointer, and with Shift it moves along the ruler. Dragging moves, two fingers zoom, a double click zooms in.
 * With the focus: + and - zoom, Shift with the arrows moves, 0 shows all.
 */

import type { Trace } from '../../trace/trace.ts';
import { type Trail, trailOf } from './critical.ts';
import { AXIS, type Focus, type Frame, rulerOf, type Scene } from './draw/picture.ts';
import { type Hit, hitAt, placeOfEvent } from './hit.ts';
import {
  type Bounds,
  boundsOf,
  clampView,
  panView,
  type Ruler,
  Stack,
  scrollbarOf,
  type View,
  zoomView,
} from './layout.ts';
import type { Theme } from './looks.ts';
import { type Model, modelOf, momentText, placeOf } from './model.ts';
import { Painter } from './paint.ts';
import { summary, tell } from './tell.ts';
import { wakerOf } from './waker.ts';

/** What lanes are made of. */
interface LanesOptions {
  /** What is shown, one below the other, on one ruler; '' for no title. */
  readonly traces: readonly { readonly title: string; readonly trace: Trace }[];
  readonly theme: Theme;
  /** No motion: a view changes at once. */
  readonly isCalm: boolean;
}

/** What lies under the pointer. `trace` is its place among the traces, `text` a few lines that tell of it. */
interface LanesHit {
  readonly trace: number;
  readonly seq: number;
  readonly text: string;
}

/** How long a view takes to change, in ms. */
const GLIDE = 140;
/** A pointer that moved less than this (px) was held still. */
const STILL = 4;
const ZOOM_STEP = 1.5;
/** Where the scrollbar can be taken hold of, in px from the right. */
const SCROLLBAR = 12;

/** What the pointer is doing. */
type Gesture =
  | { readonly kind: 'press'; readonly x: number; readonly y: number }
  | { readonly kind: 'seek' }
  | { readonly kind: 'pan'; x: number; y: number }
  | { readonly kind: 'scroll'; readonly y: number; readonly from: number }
  | { readonly kind: 'pinch'; distance: number; x: number };

/** Where the reader wants to go on the ruler: a time (virtual ms), or in turns the event of a trace that is there. */
export type Sought = { readonly time: number } | { readonly trace: number; readonly seq: number };

/**
 * The timeline of some traces on a canvas that fills `host`.
 *
 * @example
 * const lanes = new Lanes(element, { traces: [{ title: 'chores', trace }], theme: 'dark', isCalm: false });
 * lanes.onPick = (trace, seq) => stepper.goTo(trace, seq);
 * lanes.setCursor(0, 35);
 */
export class Lanes {
  /** Told when a click picks an event. */
  onPick: ((trace: number, seq: number) => void) | null;
  /** Told when the axis is clicked, or the cursor drawn along it. */
  onSeek: ((sought: Sought) => void) | null;
  /** Told what lies under the pointer, when that changes; null: nothing. */
  onHover: ((hit: LanesHit | null) => void) | null;
  /**
   * Told how high (px) the host has to be to show all, and to show some rows and what all signs mean; before the first frame, and when
   * that changes with its width.
   */
  onHeight: ((px: number, least: number) => void) | null;
  readonly #host: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #painter: Painter;
  readonly #model: Model;
  readonly #bounds: Bounds;
  readonly #isCalm: boolean;
  readonly #ears: AbortController;
  readonly #observer: ResizeObserver;
  #frame: Frame;
  /** The height that was told last; NaN: none. */
  #told: number;
  #stack: Stack;
  /** The view as it will be, and as it is drawn on the way there. */
  #view: View;
  #shown: View;
  #glide: { readonly from: View; readonly start: number } | null;
  #scroll: number;
  #cursor: { readonly trace: number; readonly seq: number } | null;
  #trails: readonly Trail[] | null;
  #isCritical: boolean;
  #pointer: { readonly x: number; readonly y: number } | null;
  #hit: Hit | null;
  #hitText: string;
  #gesture: Gesture | null;
  readonly #fingers: Map<number, { x: number; y: number }>;
  /** The frame that was asked for; 0: none. */
  #asked: number;

  constructor(host: HTMLElement, options: LanesOptions) {
    this.onPick = null;
    this.onSeek = null;
    this.onHover = null;
    this.onHeight = null;
    this.#host = host;
    this.#isCalm = options.isCalm;
    this.#model = modelOf(options.traces);
    this.#bounds = boundsOf(this.#model);
    this.#view = { from: this.#bounds.from, to: this.#bounds.to };
    this.#shown = this.#view;
    this.#glide = null;
    this.#scroll = 0;
    this.#cursor = null;
    this.#trails = null;
    this.#isCritical = false;
    this.#pointer = null;
    this.#hit = null;
    this.#hitText = '';
    this.#gesture = null;
    this.#fingers = new Map();
    this.#asked = 0;
    this.#ears = new AbortController();

    if (getComputedStyle(host).position === 'static') host.style.position = 'relative';
    host.tabIndex = 0;
    host.setAttribute('role', 'application');
    host.setAttribute('aria-roledescription', 'timeline');
    host.setAttribute('aria-label', summary(this.#model));
    this.#canvas = document.createElement('canvas');
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#canvas.style.cssText =
      'position:absolute;inset:0;width:100%;height:100%;display:block;user-select:none;-webkit-user-select:none';
    host.append(this.#canvas);
    this.#context = this.#canvas.getContext('2d', { alpha: false })!;
    this.#painter = new Painter(this.#context, options.theme, this.#model);
    this.#told = Number.NaN;
    this.#stack = new Stack(this.#model, 0);
    this.#frame = { width: 0, height: 0, gutter: 0, bottom: 0, natural: 0, least: 0, legend: [] };
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    this.#resize();
    this.#listen();
  }

  /** The part of the ruler that is shown: virtual ms, or turns where no time passes. */
  get view(): { from: number; to: number } {
    return { from: this.#view.from, to: this.#view.to };
  }

  /** Shows another part, as near to the wanted one as there is something to see. */
  setView(from: number, to: number): void {
    this.#goTo(clampView({ from, to }, this.#bounds), false);
  }

  /** Shows all. */
  fit(): void {
    this.#goTo({ from: this.#bounds.from, to: this.#bounds.to }, true);
  }

  /** Zooms in by a factor, or out if it is below 1; `at` stays where it is, or else the middle. */
  zoom(factor: number, at?: number): void {
    const { from, to } = this.#view;
    this.#goTo(zoomView(this.#view, factor, at ?? (from + to) / 2, this.#bounds), true);
  }

  /** Puts the cursor on an event of a trace, and shows it if it isn't in view. */
  setCursor(trace: number, seq: number): void {
    if (this.#cursor?.trace === trace && this.#cursor.seq === seq) return;
    this.#cursor = { trace, seq };
    const part = this.#model.parts[trace];
    if (part) {
      this.#reveal(placeOf(this.#model, part, seq));
      const place = placeOfEvent(this.#model, this.#stack, trace, seq);
      if (place) this.#revealLine(place.line);
    }
    this.#ask();
  }

  /** Light or dark. */
  setTheme(theme: Theme): void {
    this.#painter.theme = theme;
    this.#ask();
  }

  /** Whether the critical path is lit. Where no time passes there is none. */
  setCritical(on: boolean): void {
    this.#isCritical = on;
    this.#ask();
  }

  /** Takes the canvas out of its host, and lets go of it. */
  destroy(): void {
    if (this.#asked !== 0) cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    this.#ears.abort();
    this.#observer.disconnect();
    this.#canvas.remove();
    for (const name of ['role', 'aria-roledescription', 'aria-label', 'tabindex'])
      this.#host.removeAttribute(name);
    this.onPick = null;
    this.onSeek = null;
    this.onHover = null;
    this.onHeight = null;
  }

  // ---- drawing --------------------------------------------------------------------------------------------

  /** Draws in the next frame. */
  #ask(): void {
    if (this.#asked !== 0 || this.#ears.signal.aborted) return;
    this.#asked = requestAnimationFrame((now) => {
      this.#asked = 0;
      this.#draw(now);
    });
  }

  #draw(now: number): void {
    const ratio = Math.max(1, devicePixelRatio);
    const { width, height, natural, least } = this.#frame;
    if (width > 0 && natural !== this.#told) {
      // Not before the frame: an observer of sizes must not change them.
      this.#told = natural;
      this.onHeight?.(natural, least);
    }
    if (width === 0 || height === 0) return;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    // Setting a size clears the canvas, even if it is the same.
    if (this.#canvas.width !== across || this.#canvas.height !== down) {
      this.#canvas.width = across;
      this.#canvas.height = down;
    }
    if (this.#glide) this.#glideOn(now);
    this.#look();
    const [model, stack] = [this.#model, this.#stack];
    const hit = this.#hit;
    const hover: Focus | null = hit && {
      line: hit.line,
      lane: hit.lane,
      index: hit.what === 'slice' ? hit.index : -1,
      part: hit.part,
      waker:
        hit.what === 'run' || hit.index < 0 ? null : wakerOf(model.parts[hit.part]!, hit.lane, hit.index),
    };
    this.#painter.paint(
      {
        model,
        stack,
        view: this.#shown,
        scroll: this.#scroll,
        hover,
        cursor: this.#cursorFocus(),
        trails: this.#isCritical && model.by === 'time' ? this.#path() : null,
      },
      this.#frame,
      ratio,
    );
    if (this.#glide) this.#ask();
  }

  #path(): readonly Trail[] {
    this.#trails ??= this.#model.parts.map(trailOf);
    return this.#trails;
  }

  #cursorFocus(): Scene['cursor'] {
    if (!this.#cursor) return null;
    const { trace, seq } = this.#cursor;
    const part = this.#model.parts[trace];
    if (!part) return null;
    const at = placeOf(this.#model, part, seq);
    const text = momentText(this.#model, part, seq);
    const place = placeOfEvent(this.#model, this.#stack, trace, seq);
    // The loop and the script have no slices of events: there the line alone tells.
    if (!place || place.lane.life === undefined || place.index < 0) return { at, text, focus: null };
    const waker = wakerOf(part, place.lane, place.index);
    return { at, text, focus: { ...place, part: trace, waker } };
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    this.#frame = this.#painter.frameOf(width, height);
    this.#stack = new Stack(this.#model, this.#frame.bottom - AXIS);
    this.#scrollTo(this.#scroll);
    this.#leaveToPage();
    this.#hit = null;
    this.#ask();
  }

  // ---- the view -------------------------------------------------------------------------------------------

  #goTo(view: View, isGliding: boolean): void {
    this.#glide = isGliding && !this.#isCalm ? { from: this.#shown, start: performance.now() } : null;
    this.#view = view;
    if (!this.#glide) this.#shown = view;
    this.#ask();
  }

  #glideOn(now: number): void {
    const { from, start } = this.#glide!;
    const share = Math.min(1, Math.max(0, (now - start) / GLIDE));
    const eased = 1 - (1 - share) ** 3;
    const between = (a: number, b: number) => a + (b - a) * eased;
    this.#shown = { from: between(from.from, this.#view.from), to: between(from.to, this.#view.to) };
    if (share < 1) return;
    this.#shown = this.#view;
    this.#glide = null;
  }

  /** Moves the view so that a place is seen, with room ahead of it. */
  #reveal(at: number): void {
    const { from, to } = this.#view;
    if (at >= from && at <= to) return;
    const span = to - from;
    const start = at > to ? at - span * 0.2 : at - span * 0.8;
    this.#goTo(panView(this.#view, start - from, this.#bounds), true);
  }

  #revealLine(line: number): void {
    const top = this.#stack.top(line);
    const bottom = this.#stack.top(line + 1);
    const room = this.#frame.bottom - AXIS;
    // A title may lie over the topmost row.
    const least = top - 36;
    if (this.#scroll > least) this.#scrollTo(least);
    else if (this.#scroll + room < bottom) this.#scrollTo(bottom - room + 8);
  }

  get #mostScroll(): number {
    return Math.max(0, this.#stack.height - (this.#frame.bottom - AXIS));
  }

  /** Whether that changed anything. */
  #scrollTo(to: number): boolean {
    const scroll = Math.min(this.#mostScroll, Math.max(0, to));
    if (scroll === this.#scroll) return false;
    this.#scroll = scroll;
    this.#leaveToPage();
    this.#ask();
    return true;
  }

  /** Up and down is the page's, as far as there are no rows to come. */
  #leaveToPage(): void {
    const { style } = this.#canvas;
    const [isFirst, isLast] = [this.#scroll <= 0, this.#scroll >= this.#mostScroll];
    style.touchAction = isFirst && isLast ? 'pan-y' : 'none';
    // Not every browser knows these; where one doesn't, dragging moves the page.
    if (isFirst !== isLast) style.touchAction = isFirst ? 'pan-up' : 'pan-down';
  }

  get #ruler(): Ruler {
    return rulerOf(this.#shown, this.#frame);
  }

  #zoomAt(factor: number, x: number): void {
    this.#goTo(zoomView(this.#shown, factor, this.#placeAt(x), this.#bounds), false);
  }

  #panBy(pixels: number): void {
    this.#goTo(panView(this.#shown, pixels / this.#ruler.scale, this.#bounds), false);
  }

  /** The place under a pixel; beyond the ends of the ruler it is the end. */
  #placeAt(x: number): number {
    const { from, to } = this.#shown;
    return Math.min(to, Math.max(from, this.#ruler.place(x)));
  }

  // ---- the pointer ----------------------------------------------------------------------------------------

  #hitAt({ x, y }: { readonly x: number; readonly y: number }): Hit | null {
    const { gutter, bottom, width } = this.#frame;
    if (x < gutter || x > width || y < AXIS || y >= bottom) return null;
    return hitAt(this.#model, this.#stack, this.#ruler, x, y - AXIS + this.#scroll);
  }

  /** What the pointer looks like: it says what a press does. */
  #cursorOver(hit: Hit | null): string {
    if (this.#gesture?.kind === 'pan') return 'grabbing';
    if (this.#gesture?.kind === 'seek') return 'col-resize';
    if (this.#pointer === null) return 'default';
    return hit ? 'pointer' : this.#isOnAxis(this.#pointer) ? 'col-resize' : 'grab';
  }

  #isOnAxis({ x, y }: { readonly x: number; readonly y: number }): boolean {
    return y < AXIS && x >= this.#frame.gutter;
  }

  /** Goes to the place under a pixel of the axis. */
  #seek(x: number): void {
    const at = this.#placeAt(x);
    if (this.#model.by === 'time') return this.onSeek?.({ time: at });
    const trace = this.#cursor?.trace ?? 0;
    const { turnOf } = this.#model.parts[trace]!.lives;
    this.onSeek?.({ trace, seq: turnOf.findLastIndex((turn) => turn <= at) });
  }

  /** What is under the pointer now: that may change without its moving. */
  #look(): void {
    const isBusy = this.#gesture !== null && this.#gesture.kind !== 'press';
    const hit = this.#pointer && !isBusy ? this.#hitAt(this.#pointer) : null;
    const was = this.#hit;
    this.#hit = hit;
    this.#canvas.style.cursor = this.#cursorOver(hit);
    const isSame =
      hit?.line === was?.line &&
      hit?.index === was?.index &&
      hit?.what === was?.what &&
      hit?.part === was?.part;
    if (isSame && (hit === null) === (this.#hitText === '')) return;
    this.#hitText = hit ? tell(this.#model, hit) : '';
    this.onHover?.(hit && { trace: hit.part, seq: hit.seq, text: this.#hitText });
  }

  #listen(): void {
    const options = { signal: this.#ears.signal };
    const canvas = this.#canvas;
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { ...options, passive: false });
    canvas.addEventListener('pointerdown', (event) => this.#down(event), options);
    canvas.addEventListener('pointermove', (event) => this.#move(event), options);
    canvas.addEventListener('pointerup', (event) => this.#up(event, true), options);
    canvas.addEventListener('pointercancel', (event) => this.#up(event, false), options);
    canvas.addEventListener(
      'pointerleave',
      () => {
        if (this.#gesture) return;
        this.#pointer = null;
        this.#ask();
      },
      options,
    );
    canvas.addEventListener(
      'dblclick',
      (event) => {
        const { x } = this.#pointOf(event);
        if (x < this.#frame.gutter) return;
        const view = zoomView(this.#view, 2, this.#placeAt(x), this.#bounds);
        this.#goTo(view, true);
      },
      options,
    );
    this.#host.addEventListener('keydown', (event) => this.#key(event), options);
  }

  #pointOf({ clientX, clientY }: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  #wheel(event: WheelEvent): void {
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? this.#frame.height : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const { x } = this.#pointOf(event);
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      // A pinch on a trackpad comes in small steps, a wheel in large ones.
      this.#zoomAt(Math.exp(-Math.max(-50, Math.min(50, dy)) * 0.01), x);
    } else if (event.shiftKey) {
      event.preventDefault();
      this.#panBy(dx === 0 ? dy : dx);
    } else {
      const isAlong = Math.abs(dx) > Math.abs(dy);
      const hasMoved = isAlong ? this.#isZoomed : this.#scrollTo(this.#scroll + dy);
      if (isAlong && hasMoved) this.#panBy(dx);
      if (hasMoved) event.preventDefault();
    }
  }

  get #isZoomed(): boolean {
    return this.#view.to - this.#view.from < this.#bounds.to - this.#bounds.from;
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    const point = this.#pointOf(event);
    this.#canvas.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, point);
    this.#pointer = point;
    const [a, b] = [...this.#fingers.values()];
    if (a && b)
      this.#gesture = { kind: 'pinch', distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2 };
    else if (this.#mostScroll > 0 && point.x > this.#frame.width - SCROLLBAR && point.y > AXIS)
      this.#gesture = { kind: 'scroll', y: point.y, from: this.#scroll };
    else if (this.#isOnAxis(point)) {
      this.#gesture = { kind: 'seek' };
      this.#seek(point.x);
    } else this.#gesture = { kind: 'press', ...point };
    this.#ask();
  }

  #move(event: PointerEvent): void {
    const point = this.#pointOf(event);
    this.#pointer = point;
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, point);
    const gesture = this.#gesture;
    switch (gesture?.kind) {
      case 'press':
        if (Math.hypot(point.x - gesture.x, point.y - gesture.y) < STILL) break;
        this.#gesture = { kind: 'pan', x: gesture.x, y: gesture.y };
        this.#drag(this.#gesture as Extract<Gesture, { kind: 'pan' }>, event);
        break;
      case 'seek':
        this.#seek(point.x);
        break;
      case 'pan':
        this.#drag(gesture, event);
        break;
      case 'scroll': {
        const room = this.#frame.bottom - AXIS;
        const bar = scrollbarOf(this.#stack.height, room, 0);
        if (bar)
          this.#scrollTo(gesture.from + ((point.y - gesture.y) / (room - bar.size)) * this.#mostScroll);
        break;
      }
      case 'pinch': {
        const [a, b] = [...this.#fingers.values()];
        if (!a || !b) break;
        const distance = Math.max(8, Math.hypot(a.x - b.x, a.y - b.y));
        const x = (a.x + b.x) / 2;
        this.#panBy(gesture.x - x);
        this.#zoomAt(distance / Math.max(8, gesture.distance), x);
        gesture.distance = distance;
        gesture.x = x;
        break;
      }
    }
    this.#ask();
  }

  #drag(gesture: Extract<Gesture, { kind: 'pan' }>, event: PointerEvent): void {
    const point = this.#pointOf(event);
    this.#panBy(gesture.x - point.x);
    const hasMoved = this.#scrollTo(this.#scroll + gesture.y - point.y);
    // A finger takes the page along where there are no more rows.
    if (!hasMoved && event.pointerType === 'touch') scrollBy(0, gesture.y - point.y);
    gesture.x = point.x;
    gesture.y = this.#pointOf(event).y;
  }

  #up(event: PointerEvent, isDone: boolean): void {
    const gesture = this.#gesture;
    this.#fingers.delete(event.pointerId);
    if (gesture?.kind === 'press' && isDone) {
      const hit = this.#hitAt(this.#pointOf(event));
      if (hit && hit.seq > 0) this.onPick?.(hit.part, hit.seq);
    }
    // A finger that stays after a pinch goes on dragging.
    const [left] = this.#fingers.values();
    this.#gesture = left ? { kind: 'pan', ...left } : null;
    if (event.pointerType !== 'mouse' && !left) this.#pointer = null;
    this.#ask();
  }

  // ---- keys -----------------------------------------------------------------------------------------------

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.#host) return;
    const span = this.#view.to - this.#view.from;
    const move = (by: number) => this.#goTo(panView(this.#view, by * span, this.#bounds), true);
    const page = this.#frame.bottom - AXIS - this.#stack.rowHeight;
    switch (event.key) {
      case '+':
      case '=':
        this.zoom(ZOOM_STEP);
        break;
      case '-':
      case '_':
        this.zoom(1 / ZOOM_STEP);
        break;
      case '0':
        this.fit();
        break;
      case 'ArrowLeft':
      case 'ArrowRight':
        if (!event.shiftKey) return;
        move(event.key === 'ArrowLeft' ? -0.15 : 0.15);
        break;
      case 'ArrowUp':
      case 'ArrowDown':
        if (!event.shiftKey) return;
        this.#scrollTo(this.#scroll + (event.key === 'ArrowUp' ? -2 : 2) * this.#stack.rowHeight);
        break;
      case 'PageUp':
      case 'PageDown':
        if (!this.#scrollTo(this.#scroll + (event.key === 'PageUp' ? -page : page))) return;
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}
