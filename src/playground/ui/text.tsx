/** Running text with `code` and *emphasis* in it. */

import type { ComponentChildren } from 'preact';

export function Words({ text }: { readonly text: string }): ComponentChildren {
  return text.split(/(`[^`]+`|\*[^*`]+\*)/).map((piece, i) => {
    if (/^`.+`$/.test(piece)) return <code key={i}>{piece.slice(1, -1)}</code>;
    if (/^\*.+\*$/.test(piece)) return <em key={i}>{piece.slice(1, -1)}</em>;
    return piece;
  });
}
