/**
 * A binary heap with the exact moves of Python's `heapq`, so that what comes out among equals is what comes out there.
 *
 * Nothing but `less` is asked of the items, as `heapq` asks nothing but `<`.
 */
export type Less<T> = (a: T, b: T) => boolean;

/** Adds an item. Mirrors `heapq.heappush`. */
export function heapPush<T>(heap: T[], item: T, less: Less<T>): void {
  heap.push(item);
  siftTowardsRoot(heap, 0, heap.length - 1, less);
}

/** Takes the least item of a heap that is not empty. Mirrors `heapq.heappop`. */
export function heapPop<T>(heap: T[], less: Less<T>): T {
  const last = heap.pop() as T;
  if (heap.length === 0) return last;
  const least = heap[0] as T;
  heap[0] = last;
  siftToLeafAndBack(heap, less);
  return least;
}

function siftTowardsRoot<T>(heap: T[], root: number, start: number, less: Less<T>): void {
  const item = heap[start] as T;
  let place = start;
  while (place > root) {
    const parent = (place - 1) >> 1;
    if (!less(item, heap[parent] as T)) break;
    heap[place] = heap[parent] as T;
    place = parent;
  }
  heap[place] = item;
}

/** The hole at the root goes down to a leaf along the lesser children; then the item rises from there. */
function siftToLeafAndBack<T>(heap: T[], less: Less<T>): void {
  const item = heap[0] as T;
  let place = 0;
  for (let child = 1; child < heap.length; child = 2 * place + 1) {
    const right = child + 1;
    if (right < heap.length && !less(heap[child] as T, heap[right] as T)) child = right;
    heap[place] = heap[child] as T;
    place = child;
  }
  heap[place] = item;
  siftTowardsRoot(heap, 0, place, less);
}

/**
 * `a < b` as Python has it: numbers by size, strings by code units, arrays place by place. Throws a TypeError for what
 * has no order.
 */
export function naturalLess(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < a.length && i < b.length; i++)
      if (!isEqual(a[i], b[i])) return naturalLess(a[i], b[i]);
    return a.length < b.length;
  }
  throw new TypeError(
    `items of types ${typeof a} and ${typeof b} have no order: put numbers, strings or arrays like [priority, item], or give the PriorityQueue { less }`,
  );
}

/** `a == b` as Python has it: arrays are equal if they are so place by place. */
function isEqual(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
}
