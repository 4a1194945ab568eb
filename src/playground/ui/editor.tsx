/**
 * The editor: CodeMirror, with the colours of the page.
 *
 * The text is the editor's own: it is not held in the page's state as well, since whatever is set anew on each key makes the cursor
 * jump. Who needs the text asks for it, and who loads another program hands it over.
 *
 * Tab leaves the editor, as it leaves any other field: whoever has no mouse must get out again. Lines are indented as they are
 * written, and Ctrl+] indents.
 */

import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec, type Range, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { minimalSetup } from 'codemirror';
import type { Ref } from 'preact';
import { useEffect, useImperativeHandle, useRef } from 'preact/hooks';
import type { Problem } from '../engine/protocol.ts';

/** What the page may ask of the editor. */
export interface EditorHandle {
  text(): string;
  /** Puts a text in: as a change like any other, undone by Ctrl+Z, or as another program, with a history of its own. */
  load(text: string, how: 'edit' | 'anew'): void;
  /** Goes to a place, and into the editor. */
  goTo(line: number, column: number): void;
}

interface EditorProps {
  readonly handle: Ref<EditorHandle>;
  readonly initial: string;
  /** What is marked at its line. */
  readonly problems: readonly Problem[];
  /** What is marked as well, if less loudly. */
  readonly hints: readonly Problem[];
  /** The line at which the stepper stands; 0: none. */
  readonly line: number;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

const mark = (spec: Parameters<typeof HighlightStyle.define>[0]) => HighlightStyle.define(spec);

const COLOURS = mark([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: 'var(--keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--number)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--comment)' },
  { tag: [tags.typeName, tags.className], color: 'var(--gil)' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

const LOOKS = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '13.5px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '10px 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection':
    { backgroundColor: 'var(--select)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--quiet)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '.cm-line.here': { backgroundColor: 'var(--running-soft)', boxShadow: 'inset 3px 0 0 var(--running)' },
  '.cm-line.wrong': { backgroundColor: 'var(--bad-soft)', boxShadow: 'inset 3px 0 0 var(--bad)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--edge)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
    border: '1px solid var(--edge)',
  },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', maxWidth: '48ch' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--ready)' },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--ready) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad) 1.5px',
    textUnderlineOffset: '3px',
  },
});

/** Has the lines of one kind stand out: where the stepper is, and where something is wrong. */
function lineMarks(name: string) {
  const set = StateEffect.define<readonly number[]>();
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(marks, { effects, state, docChanged }) {
      let after = docChanged ? Decoration.none : marks;
      for (const effect of effects) {
        if (!effect.is(set)) continue;
        const there = effect.value.filter((line) => line >= 1 && line <= state.doc.lines);
        const starts = [...new Set(there)].sort((a, b) => a - b).map((line) => state.doc.line(line).from);
        after = Decoration.set(starts.map((from) => Decoration.line({ class: name }).range(from)));
      }
      return after;
    },
    provide: (marks) => EditorView.decorations.from(marks),
  });
  return { set, field };
}

/** Lines that are too long go on below their own beginning, and a bit to the right. */
const hangingLines = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = hang(view);
    }
    update({ view, docChanged, viewportChanged }: ViewUpdate) {
      if (docChanged || viewportChanged) this.decorations = hang(view);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

function hang(view: EditorView): DecorationSet {
  const found: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      const indent = /^[ */]*/.exec(line.text)![0].length + (/^ *\*|^ *\/\//.test(line.text) ? 0 : 4);
      const style = `padding-left: calc(6px + ${indent}ch); text-indent: -${indent}ch`;
      found.push(Decoration.line({ attributes: { style } }).range(line.from));
      at = line.to + 1;
    }
  }
  return Decoration.set(found);
}

const hereMarks = lineMarks('here');
const badMarks = lineMarks('wrong');

/** A problem as a mark under the word where it is; under all of the rest of the line if there is none, or all that is awaited is meant. */
function markOf(
  state: EditorState,
  { message, place }: Problem,
  severity: 'error' | 'warning',
): Diagnostic[] {
  if (place === null || place.line < 1 || place.line > state.doc.lines) return [];
  const { from: start, to, text } = state.doc.line(place.line);
  const from = Math.min(to, start + Math.max(place.column - 1, text.search(/\S|$/)));
  const word = /^(?!yield)[\w$]+/.exec(text.slice(from - start))?.[0].length ?? to - from;
  return [{ from, to: from + word, severity, message }];
}

/** So many lines stay in sight before and after the one that is shown. */
const MARGIN_LINES = 2;

/**
 * Has a line be seen: in the editor; and in the window, where the player stays in its place beside it, and part of the editor is in
 * sight. The focus stays where it is.
 */
function showLine(view: EditorView, line: number): void {
  const { doc } = view.state;
  if (line > doc.lines) return;
  const { scrollDOM, documentTop } = view;
  const block = view.lineBlockAt(doc.line(line).from);
  const margin = MARGIN_LINES * view.defaultLineHeight;
  const pane = scrollDOM.getBoundingClientRect();
  const top = documentTop + block.top;
  const bottom = documentTop + block.bottom;
  const moved = missing(top - margin, bottom + margin, pane.top, pane.bottom);
  const before = scrollDOM.scrollTop;
  scrollDOM.scrollTop += moved;
  if (!matchMedia('(min-width: 1081px)').matches) return;
  // Under the head of the program nothing can be read.
  const first = view.dom.closest('.code')?.querySelector('.code-head')?.getBoundingClientRect().bottom ?? 0;
  if (pane.bottom <= first || pane.top >= innerHeight) return;
  const by = scrollDOM.scrollTop - before;
  scrollBy({ top: missing(top - by - margin, bottom - by + margin, first, innerHeight) });
}

/** How far something has to be scrolled to lie between two places. */
function missing(top: number, bottom: number, from: number, to: number): number {
  if (top < from) return top - from;
  return Math.max(0, Math.min(bottom - to, top - from));
}

/** The program, to be changed. */
export function Editor({ handle, initial, problems, hints, line, onChange, onRun }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  /** Keys, the history and the like. */
  const basics = useRef(new Compartment());
  const calls = useRef({ onChange, onRun });
  calls.current = { onChange, onRun };

  useEffect(() => {
    const run = () => {
      calls.current.onRun();
      return true;
    };
    const made = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: initial,
        extensions: [
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
          basics.current.of(minimalSetup),
          lineNumbers(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          bracketMatching(),
          indentOnInput(),
          EditorView.lineWrapping,
          hangingLines,
          javascript({ typescript: true }),
          syntaxHighlighting(COLOURS),
          LOOKS,
          hereMarks.field,
          badMarks.field,
          EditorView.contentAttributes.of({
            'aria-label': 'the program',
            tabindex: '0',
            spellcheck: 'false',
            translate: 'no',
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useImperativeHandle(
    handle,
    (): EditorHandle => ({
      text: () => view.current!.state.doc.toString(),
      load: (text, how) => {
        const { state } = view.current!;
        view.current!.dispatch({
          changes: { from: 0, to: state.doc.length, insert: text },
          selection: { anchor: 0 },
          scrollIntoView: true,
          userEvent: 'load', // never undone in one with what was typed just before
        });
        if (how === 'anew') {
          // Taken out and put in again, the history begins anew.
          view.current!.dispatch({ effects: basics.current.reconfigure([]) });
          view.current!.dispatch({ effects: basics.current.reconfigure(minimalSetup) });
        }
        view.current!.scrollDOM.scrollTo(0, 0);
      },
      goTo: (to, column) => {
        const { doc } = view.current!.state;
        const at = doc.line(Math.min(Math.max(1, to), doc.lines));
        view.current!.dispatch({
          selection: { anchor: Math.min(at.to, at.from + column - 1) },
          scrollIntoView: true,
        });
        view.current!.focus();
      },
    }),
    [],
  );

  useEffect(() => {
    const { state } = view.current!;
    const marks = [
      ...problems.flatMap((one) => markOf(state, one, 'error')),
      ...hints.flatMap((one) => markOf(state, one, 'warning')),
    ];
    const lines = problems.flatMap(({ place }) => (place === null ? [] : [place.line]));
    view.current!.dispatch(setDiagnostics(state, marks), { effects: badMarks.set.of(lines) });
  }, [problems, hints]);

  useEffect(() => {
    view.current!.dispatch({ effects: hereMarks.set.of(line === 0 ? [] : [line]) });
    // Whoever writes, or moves a slider, looks at that.
    const isElsewhere = view.current!.hasFocus || document.activeElement?.matches('.left input');
    if (line > 0 && !isElsewhere) showLine(view.current!, line);
  }, [line]);

  return <div class="editor" ref={host} />;
}
