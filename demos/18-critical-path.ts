/**
 * A page in three parts takes 70 ms. Which part would you make faster?
 *
 * Two parts ask a database that answers one at a time, and render what comes; the third waits for an image, which takes
 * longest of all. The critical path says what the 70 ms are made of, and `whatIf` runs the page again with one part faster.
 */
import {
  type Change,
  type Coroutine,
  compute,
  createTask,
  Device,
  formatDuration,
  gather,
  whatIf,
} from 'loopscope';
import { demo } from 'loopscope/node';

function* page(): Coroutine<void> {
  const database = new Device({ name: 'database', latency: 20, channels: 1 });
  const net = new Device({ name: 'net', latency: 60 });

  function* part(from: Device, label: string, render: number): Coroutine<void> {
    yield* from.request({ label });
    if (render > 0) compute(render, 'render');
  }

  yield* gather(
    createTask(part(database, 'user', 5), { name: 'profile' }),
    createTask(part(database, 'posts', 30), { name: 'feed' }),
    createTask(part(net, 'logo', 0), { name: 'image' }),
  );
}

const faster: readonly (readonly [string, Change])[] = [
  ['the image in half the time', { task: 'image', scale: 0.5 }],
  ['the profile rendered in no time', { task: 'profile', what: 'compute', set: 0 }],
  ['the database twice as fast', { device: 'database', scale: 0.5 }],
  ['the feed rendered in half the time', { task: 'feed', what: 'compute', scale: 0.5 }],
];

export default demo(import.meta, {
  title: 'A page of three parts: which one to make faster?',
  program: page,
  moments: () => false,
  pictures: 'critical',
  figure: () =>
    faster
      .map(([text, change]) => `${text.padEnd(34)}  ${formatDuration(whatIf(page, change).after.end)}`)
      .join('\n'),
  watch: [
    'The image takes longest to come, and yet it isn’t on the path (╍).',
    'The feed queued for the database: what came before it is on the path.',
    'A faster feed helps, until at 60 ms the image is what all wait for.',
  ],
  question: 'Give the database two channels: what is the critical path then?',
});
