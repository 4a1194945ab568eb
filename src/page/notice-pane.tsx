/** What a demo says of itself: what to notice, its figure, and a question to try. */

import { printable } from '../views/cells.ts';
import type { About } from './data.ts';

export function NoticePane({ about: { watch, question, figure } }: { readonly about: About }) {
  return (
    <div class="notice-pane">
      {watch !== '' && <p>{words(watch)}</p>}
      {figure !== '' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        <section class="figure" tabIndex={0} aria-label="The figure of this demo">
          <pre>{figure.split('\n').map(printable).join('\n')}</pre>
        </section>
      )}
      {question !== '' && (
        <>
          <h3>Try it</h3>
          <p>{words(question)}</p>
        </>
      )}
    </div>
  );
}

/** A text with `code` in it. */
function words(text: string) {
  return printable(text)
    .split('`')
    .map((piece, i) => (i % 2 === 0 ? piece : <code key={i}>{piece}</code>));
}
