/**
 * The page: traces put into a template that shows them.
 *
 * The template (src/page, built into one file) has its program and its looks in it, and one empty element for data. So a page
 * is made by filling that in: no server, no network, nothing beside the file. What is put in is text and never markup: a
 * program decides its names and its output, and a page that ran them would be a trap for whoever opens it.
 */

import { packTrace } from '../trace/columns.ts';
import type { Trace } from '../trace/trace.ts';
import { list } from './words.ts';

/** A run that a page shows. */
export interface HtmlRun {
  /** What tells it from others of the page; '' if there is only one. */
  readonly title: string;
  readonly trace: Trace;
  /** The texts of source files, by the names that the trace gives them; none if not given. */
  readonly sources?: Readonly<Record<string, string>>;
  /** What the program threw, in words; nothing if not given. */
  readonly failure?: string;
}

/** What a page says beside its runs: what to notice, a question, and a figure as text; '' if there is none. */
export interface HtmlAbout {
  readonly watch: string;
  readonly question: string;
  readonly figure: string;
}

/** The element of a template that takes the data. */
export const DATA_ELEMENT = '<script type="application/json" id="loopscope-data"></script>';

/** So many titles of traces make the title of a page that is given none. */
const MOST_TITLES = 3;

const TITLE_ELEMENT = /<title>[^<]*<\/title>/;

/**
 * Fills traces into the template of the page.
 *
 * Throws a TypeError for a text that is no such template.
 *
 * @example writeFileSync('chores.html', htmlPage(template, [{ title: '', trace }], { title: 'Chores' }))
 */
export function htmlPage(
  template: string,
  runs: readonly HtmlRun[],
  options: { readonly title?: string; readonly about?: HtmlAbout } = {},
): string {
  const [before, after, ...more] = template.split(DATA_ELEMENT);
  if (before === undefined || after === undefined || more.length > 0)
    throw new TypeError(
      `the template of a page has ${DATA_ELEMENT} in it once: was it built by npm run build?`,
    );
  const titles = new Set(runs.flatMap(({ trace }) => trace.meta.title ?? []));
  const title = options.title ?? (titles.size === 0 ? 'loopscope' : list(titles, MOST_TITLES));
  const data = {
    format: 'loopscope-page',
    version: 1,
    title,
    ...(options.about && { about: options.about }),
    runs: runs.map((run) => ({
      title: run.title,
      trace: packTrace(run.trace),
      sources: run.sources ?? {},
      failure: run.failure ?? '',
    })),
  };
  // In a script element only `<` can mean anything, and in JSON it stands in strings alone.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const filled = DATA_ELEMENT.replace('><', () => `>${json}<`);
  return `${before.replace(TITLE_ELEMENT, () => `<title>${escapeHtml(title)}</title>`)}${filled}${after}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
