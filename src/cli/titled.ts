import { printable } from '../views/cells.ts';
import type { Shown } from './traces.ts';

/** A text for each trace, below its title if it has one. */
export function titled(shown: readonly Shown[], text: (one: Shown) => string): string {
  return `${shown.map((one) => (one.title === '' ? text(one) : `${printable(one.title)}\n\n${text(one)}`)).join('\n\n')}\n`;
}
