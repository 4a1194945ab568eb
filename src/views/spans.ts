/** Stretches of an axis, from one place to another, and what is left of them. */

/** A stretch of time, in virtual ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Some spans without others; both in order of time, and none of a kind overlapping. */
export function cutOut(spans: readonly Span[], others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let i = 0;
  for (const { from, to } of spans) {
    let start = from;
    while (i < others.length && others[i]!.to <= start) i++;
    for (; i < others.length && others[i]!.from < to; i++) {
      if (others[i]!.from > start) left.push({ from: start, to: others[i]!.from });
      start = others[i]!.to;
      if (start >= to) break;
    }
    if (start < to) left.push({ from: start, to });
  }
  return left;
}

/** What lies between some spans. */
export function gaps(from: number, to: number, spans: readonly Span[]): Span[] {
  const left: Span[] = [];
  let start = from;
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    if (span.from > start) left.push({ from: start, to: Math.min(span.from, to) });
    start = Math.max(start, span.to);
  }
  if (start < to) left.push({ from: start, to });
  return left;
}
