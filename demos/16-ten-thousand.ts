/**
 * Ten thousand at a time: what threads cost, and coroutines don't.
 *
 * Each task asks a server, waits a second, and works on the answer for a tenth of a millisecond. With ten of them it hardly
 * matters how they are run. With ten thousand the machine's own work does: threads are started and switched by the operating
 * system, and each keeps a stack; a coroutine is an object in a queue. The costs are those of CPython on Linux.
 */
import {
  blocked,
  busy,
  copies,
  coroutines,
  curves,
  plot,
  REALISTIC,
  type SweepPoint,
  seconds,
  sweep,
  threads,
} from 'loopscope';
import { demo } from 'loopscope/node';

const models = [coroutines({ costs: REALISTIC }), threads({ costs: REALISTIC })];

const requests = (count: number) => copies(count, [blocked(seconds(1)), busy(0.1)]);

const measure = () => sweep(requests, { tasks: [1, 10, 100, 1_000, 10_000], models });

/** What few and many lost and took. Each run has a process besides, whatever happens in it. */
function table(points: readonly SweepPoint[]): string[] {
  const row = (cells: readonly string[]) => cells.map((cell) => cell.padStart(12)).join('');
  const models = [...new Set(points.map(({ title }) => title))];
  const rows = [10, 10_000].map((tasks) => {
    const own = points.filter((point) => point.tasks === tasks);
    const lost = own.map(({ summary }) => `${Number(summary.overhead.total.toPrecision(2))} ms`);
    const taken = own.map(({ summary }) => (summary.peak.memory - REALISTIC.processMemory) / 1e6);
    return row([`${tasks} tasks`, ...lost, ...taken.map((mb) => `${Number(mb.toPrecision(2))} MB`)]);
  });
  return [row(['', 'CPU lost', '', 'memory']), row(['', ...models, ...models]), ...rows];
}

export default demo(import.meta, {
  title: 'From one to ten thousand tasks: coroutines beside threads',
  parts: models.map((model) => ({ title: `ten ${model.name}`, program: () => void model.run(requests(10)) })),
  moments: () => false,
  pictures: 'none',
  figure: ({ width, color }) => {
    const points = measure();
    const lost = plot(curves(points, 'overhead'), { width, color, height: 14 });
    return [lost, '', ...table(points).map((line) => line.slice(0, width))].join('\n');
  },
  watch: [
    'Ten thousand threads lose 0.8 s of CPU to starting and switching, and',
    'take 170 MB. Coroutines lose a seventh, and take an eighteenth.',
    'Ten of either cost next to nothing.',
  ],
  question: 'Give each task 10 ms of work: what part of the time is lost then?',
});
