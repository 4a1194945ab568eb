/**
 * Fetching pages: IO overlaps, until something limits it.
 *
 * A network is a device: it is asked, takes its 100 ms and answers, and the CPU is free meanwhile. What limits it may
 * be the device (two channels: further requests queue inside it) or the program (a semaphore with two permits: further
 * tasks wait before they ask).
 */
import { type Coroutine, createTask, type Device, gather, network, print, Semaphore } from 'loopscope';
import { demo } from 'loopscope/node';

type Fetch = (page: string) => Coroutine<void>;

function* fetchAll(fetch: Fetch): Coroutine<void> {
  const pages = ['/a', '/b', '/c', '/d'];
  yield* gather(pages.map((page) => createTask(fetch(page), { name: page })));
  print('all are here');
}

function* request(net: Device): Coroutine<void> {
  yield* net.request();
}

function atOnce(): Coroutine<void> {
  const net = network({ latency: 100 });
  return fetchAll(() => request(net));
}

function twoChannels(): Coroutine<void> {
  const net = network({ latency: 100, channels: 2 });
  return fetchAll(() => request(net));
}

function twoPermits(): Coroutine<void> {
  const net = network({ latency: 100 });
  const permits = new Semaphore(2, 'permits');
  return fetchAll(() => permits.run(() => request(net)));
}

export default demo(import.meta, {
  title: 'Four pages from the network: at once, and two at a time',
  parts: [
    { title: 'at once', program: atOnce },
    { title: 'two channels', program: twoChannels },
    { title: 'two permits', program: twoPermits },
  ],
  moments: (e) => (e.kind === 'task:wait' && e.on === 'resource') || e.kind === 'request:start',
  watch: [
    'At once: four waits of 100 ms lie side by side and take 100 ms.',
    'Two at a time: 200 ms, whoever sets the limit. What differs is where',
    '/c and /d queue: in the network, or before it (semaphore.acquire).',
  ],
  question: 'Six pages, three channels and two permits: how long, and why?',
});
