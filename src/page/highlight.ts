/** The parts of a line of source that deserve a colour: enough for reading, and no parser. */

export type PartOfSpeech = 'keyword' | 'string' | 'number' | 'comment' | 'plain';

/** A line in parts; put together they are the line. */
export interface LinePart {
  readonly text: string;
  readonly is: PartOfSpeech;
}

const KEYWORDS = new Set(
  (
    'abstract as async await break case catch class const continue debugger default delete do else enum export extends ' +
    'false finally for from function if implements import in instanceof interface let new null of readonly return ' +
    'satisfies static super switch this throw true try type typeof undefined var void while yield'
  ).split(' '),
);

const PIECES =
  /(\/\/.*$|\/\*.*?\*\/)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)|(\b\d[\d_]*(?:\.\d+)?\b)|([A-Za-z_$][\w$]*)/g;

/** All lines of a file in parts; a comment of several lines is one. */
export function highlight(lines: readonly string[]): LinePart[][] {
  let inComment = false;
  return lines.map((line) => {
    const parts: LinePart[] = [];
    let rest = line;
    if (inComment) {
      const end = rest.indexOf('*/');
      if (end < 0) return [{ text: rest, is: 'comment' }];
      parts.push({ text: rest.slice(0, end + 2), is: 'comment' });
      rest = rest.slice(end + 2);
      inComment = false;
    }
    let done = 0;
    for (const match of rest.matchAll(PIECES)) {
      const [text, comment, string, number, word] = match;
      const is = comment
        ? 'comment'
        : string
          ? 'string'
          : number
            ? 'number'
            : KEYWORDS.has(word ?? '')
              ? 'keyword'
              : 'plain';
      if (is === 'plain') continue;
      if (match.index > done) parts.push({ text: rest.slice(done, match.index), is: 'plain' });
      parts.push({ text, is });
      done = match.index + text.length;
    }
    const tail = rest.slice(done);
    const open = tail.indexOf('/*');
    if (open >= 0) {
      inComment = true;
      if (open > 0) parts.push({ text: tail.slice(0, open), is: 'plain' });
      parts.push({ text: tail.slice(open), is: 'comment' });
    } else if (tail !== '') parts.push({ text: tail, is: 'plain' });
    return parts;
  });
}
