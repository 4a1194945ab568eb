/** Data structures and locks made at home. */

import { type Coroutine, createTask, Device, Event, gather, Lock, now, sleep } from 'loopscope';
import { type Entry, entry, must } from './entry.ts';

interface Node {
  readonly name: string;
  next: Node | null;
}

const sameTopOtherStack = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const memory = new Device({ name: 'memory', latency: [2, 20] });
    const b: Node = { name: 'b', next: null };
    let top: Node | null = { name: 'a', next: b };
    let version = 0;
    const inUse = new Set<string>();
    function* pop(isSlow: boolean): Coroutine<Node> {
      for (;;) {
        const seen = top!;
        const { next } = seen;
        const before = version;
        if (isSlow) yield* memory.request();
        if (top !== seen || (isFixed && version !== before)) continue; // compare
        top = next; // and swap
        version++;
        return seen;
      }
    }
    function* slow(): Coroutine<void> {
      yield* pop(true);
      must(top === null || !inUse.has(top.name), `${top?.name} is on the stack, and somebody uses it`);
    }
    function* quick(): Coroutine<void> {
      yield* sleep(10);
      const first = yield* pop(false);
      if (top === null) return;
      inUse.add((yield* pop(false)).name);
      first.next = top;
      top = first; // the same top as before, of another stack
      version++;
    }
    yield* gather(createTask(slow(), { name: 'slow' }), createTask(quick(), { name: 'quick' }));
  };

const versionByTheClock = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const editor = new Device({ name: 'editor', latency: [3, 12] });
    let counter = 0;
    const stamp = () => (isFixed ? ++counter : Math.floor(now() / 10));
    const page = { text: '', version: stamp() };
    const saved: string[] = [];
    function* edit(name: string, opens: number): Coroutine<void> {
      yield* sleep(opens);
      const { text, version } = page;
      yield* editor.request({ label: name });
      if (page.version !== version) return; // somebody else was quicker: begin again some time
      page.text = `${text}${name}`;
      page.version = stamp();
      saved.push(name);
    }
    yield* gather(edit('a', 0), edit('b', 13), edit('c', 15));
    must(page.text.length === saved.length, `${saved.join(', ')} have saved, and the page says ${page.text}`);
  };

const writerAmongReaders = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const disk = new Device({ name: 'disk', latency: [1, 12] });
    let readers = 0;
    let isWriting = false;
    let wantsToWrite = false;
    const changed = new Event('changed');
    function* write(): Coroutine<void> {
      while (readers > 0) yield* sleep(1);
      if (isFixed) wantsToWrite = true;
      yield* disk.request({ label: 'flush' });
      isWriting = true;
      must(readers === 0, 'a writer writes while somebody reads');
      yield* sleep(2);
      isWriting = wantsToWrite = false;
      changed.set();
    }
    function* read(arrives: number): Coroutine<void> {
      yield* sleep(arrives);
      if (isWriting || wantsToWrite) yield* changed.wait();
      readers++;
      yield* sleep(5);
      readers--;
    }
    yield* gather(createTask(write(), { name: 'writer' }), createTask(read(8), { name: 'reader' }));
  };

const resizedMeanwhile = (isFixed: boolean) =>
  function* (): Coroutine<void> {
    const memory = new Device({ name: 'memory', latency: [2, 14] });
    const lock = new Lock('ring');
    let ring: (string | undefined)[] = [];
    let end = 0;
    function* put(item: string): Coroutine<void> {
      const place = end++;
      if (place >= ring.length) {
        const larger = [...ring, undefined, undefined];
        yield* memory.request({ label: 'allocate' });
        ring = larger; // with what was there when it began
      }
      ring[place] = item;
    }
    function* later(item: string, ms: number): Coroutine<void> {
      yield* sleep(ms);
      yield* isFixed ? lock.run(() => put(item)) : put(item);
    }
    yield* gather(later('a', 0), later('b', 20), later('c', 30), later('d', 40));
    must(
      ring.slice(0, end).every((item) => item !== undefined),
      `an item is lost: ${ring.map((item) => item ?? '–').join(' ')}`,
    );
  };

export const structures: readonly Entry[] = [
  entry({
    name: 'the same top, another stack',
    about:
      'Compare and swap sees the top it has seen before, which was taken off and put back with something else below. The twin compares a version, too.',
    kind: 'ABA',
    program: sameTopOtherStack,
    expects: /is on the stack, and somebody uses it/,
  }),
  entry({
    name: 'a version by the clock',
    about:
      'A page’s version is a coarse time: after a change within one tick it looks as if there was none. The twin counts changes.',
    kind: 'ABA',
    program: versionByTheClock,
    expects: /have saved, and the page says/,
  }),
  entry({
    name: 'a writer among readers',
    about:
      'A writer sees no reader, flushes, and only then says that it writes: a reader is there by then. The twin says so before it flushes.',
    kind: 'race',
    program: writerAmongReaders,
    expects: /a writer writes while somebody reads/,
  }),
  entry({
    name: 'resized meanwhile',
    about:
      'A larger ring is allocated with a copy of the old one, and what was put into that meanwhile is in no copy. The twin puts under a lock.',
    kind: 'race',
    program: resizedMeanwhile,
    expects: /an item is lost/,
  }),
];
