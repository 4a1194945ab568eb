/**
 * The rules of the Trace Event Format, as far as a wrong file shows nothing, or shows something that isn't so.
 */

export interface Entry {
  readonly ph: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid?: number;
  readonly id?: string;
  readonly name: string;
  readonly cat?: string;
  readonly bp?: string;
  readonly s?: string;
  readonly args?: Record<string, unknown>;
}

const ns = (us: number) => Math.round(us * 1000);

/** What is wrong with a file; nothing if the list is empty. */
export function mistakes(text: string): string[] {
  const wrong: string[] = [];
  const { traceEvents, displayTimeUnit } = JSON.parse(text) as {
    traceEvents: Entry[];
    displayTimeUnit: string;
  };
  if (displayTimeUnit !== 'ms') wrong.push('no unit');
  const entries = traceEvents.filter(({ ph }) => ph !== 'M');
  const no = (what: string, entry: Entry) => wrong.push(`${what}: ${JSON.stringify(entry)}`);

  const named = new Map<string, unknown>();
  for (const entry of traceEvents) {
    if (typeof entry.name !== 'string' || entry.name === '') no('no name', entry);
    if (!Number.isInteger(entry.pid) || entry.pid < 1) no('no pid', entry);
    if (entry.ph === 'M') {
      if (entry.name === 'thread_name') named.set(`${entry.pid}/${entry.tid}`, entry.args?.name);
      continue;
    }
    if (!Number.isFinite(entry.ts) || entry.ts! < 0) no('no time', entry);
    if (entry.ph !== 'C' && !named.has(`${entry.pid}/${entry.tid}`)) no('a track without a name', entry);
  }
  const pids = new Set(traceEvents.map(({ pid }) => pid));
  const tids = new Map<number, number>();
  for (const { pid, tid } of traceEvents) {
    if (tid === undefined) continue;
    if (pids.has(tid)) wrong.push(`track ${tid} would be taken for the main thread of a process`);
    if ((tids.get(tid) ?? pid) !== pid) wrong.push(`track ${tid} is in two processes`);
    tids.set(tid, pid);
  }
  for (let i = 1; i < entries.length; i++)
    if (entries[i]!.ts! < entries[i - 1]!.ts!) no('out of order', entries[i]!);

  // Slices of a track: inside one another, or apart. Readers keep a stack, as this does.
  const stacks = new Map<number, Entry[]>();
  const topOf = (entry: Entry) => {
    const stack = stacks.get(entry.tid!) ?? [];
    stacks.set(entry.tid!, stack);
    return stack;
  };
  const waits = new Map<string, Entry>();
  const used = new Set<string>();
  const arrows = new Map<string, Entry>();
  for (const entry of entries) {
    const at = ns(entry.ts!);
    switch (entry.ph) {
      case 'X': {
        const stack = topOf(entry);
        if (!Number.isFinite(entry.dur) || entry.dur! < 0) no('no length', entry);
        while (stack.length > 0 && ns(stack.at(-1)!.ts!) + ns(stack.at(-1)!.dur!) <= at) stack.pop();
        const top = stack.at(-1);
        if (top && at + ns(entry.dur!) > ns(top.ts!) + ns(top.dur!))
          no('a slice that overlaps another', entry);
        stack.push(entry);
        break;
      }
      case 'b':
        if (used.has(entry.id!)) no('an id that is used twice', entry);
        used.add(entry.id!);
        waits.set(entry.id!, entry);
        break;
      case 'e': {
        const begin = waits.get(entry.id!);
        if (!begin) no('an end without a beginning', entry);
        else if (begin.name !== entry.name || begin.cat !== entry.cat || begin.pid !== entry.pid)
          no('an end of something else', entry);
        waits.delete(entry.id!);
        break;
      }
      case 's':
      case 'f': {
        const top = topOf(entry).at(-1);
        if (!top || ns(top.ts!) > at || ns(top.ts!) + ns(top.dur!) < at)
          no('an arrow that is bound to no slice', entry);
        if (entry.ph === 's') {
          if (arrows.has(entry.id!)) no('an arrow that begins twice', entry);
          arrows.set(entry.id!, entry);
          break;
        }
        const start = arrows.get(entry.id!);
        if (!start || start.name !== entry.name || start.cat !== entry.cat)
          no('an arrow without a start', entry);
        if (entry.bp !== 'e') no('an arrow to the next slice', entry);
        arrows.delete(entry.id!);
        break;
      }
      case 'i':
        if (entry.s !== 't') no('a mark of no track', entry);
        break;
      case 'C':
        if (!Object.values(entry.args ?? {}).every(Number.isFinite)) no('a counter without a number', entry);
        break;
      default:
        no('an unknown phase', entry);
    }
  }
  for (const wait of waits.values()) no('a beginning without an end', wait);
  for (const arrow of arrows.values()) no('an arrow without an end', arrow);
  return wrong;
}
