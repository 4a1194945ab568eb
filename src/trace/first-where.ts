/** A search by halving, for lists in which something holds from one place on. */

/** The first of `length` places for which something holds that holds for all behind it; `length` if there is none. */
export function firstWhere(length: number, holds: (place: number) => boolean): number {
  let low = 0;
  for (let high = length; low < high; ) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
