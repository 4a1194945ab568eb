/**
 * The worker: one for each run, and ended after it, so that no program finds anything of the one before.
 *
 * It is started from a blob and not from a file, for three reasons: a page opened from a disk may start no other; it then lives
 * under the page's own policy, which a worker from an address would not; and it has nothing of the page but what it is sent. The
 * program comes as text, and is loaded as a script from a blob of its own. So nothing is ever evaluated from a string (the policy
 * forbids it), a mistake of syntax has a line and a column, and in every stack the program's lines are told from the library's.
 *
 * The policy keeps it off the network. What needs the network is taken away as well, so that a program which asks for it is told
 * why, in words; and so is one that asks for the page, which a worker doesn't have.
 */

import { execute, type ProgramFunction } from './execute.ts';
import type { Job, Posted } from './protocol.ts';

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Job>) => void) | null;
  postMessage(message: Posted): void;
  importScripts(url: string): void;
  program?: (body: ProgramFunction) => void;
};

const post = scope.postMessage.bind(scope);
const load = scope.importScripts.bind(scope);
const MOST_LINES = 2_000;

scope.onmessage = ({ data: { script, title, values } }) => {
  scope.onmessage = null;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  let body: ProgramFunction | null = null;
  scope.program = (handed) => {
    body = handed;
  };
  // Not caught: the page is told of a mistake of syntax with its line only if it goes uncaught.
  load(url);
  delete scope.program;
  URL.revokeObjectURL(url);
  if (body === null) return;
  closeTheDoors();
  let lines = 0;
  post(
    execute(body, {
      title,
      values,
      print: (text) => {
        if (++lines <= MOST_LINES) post({ kind: 'line', text });
      },
    }),
  );
};

const NO_NETWORK =
  'there is no network in the playground: network() and new Device() stand for one, on the virtual clock';
const NO_MORE =
  'a program in the playground starts nothing outside of its loop: createTask() starts a task, new Thread() a thread';
const NO_PAGE = 'a program in the playground has nothing of the page: print() shows what it has to say';

const CLOSED: Readonly<Record<string, string>> = {
  fetch: NO_NETWORK,
  XMLHttpRequest: NO_NETWORK,
  WebSocket: NO_NETWORK,
  WebTransport: NO_NETWORK,
  EventSource: NO_NETWORK,
  importScripts: NO_NETWORK,
  Worker: NO_MORE,
  SharedWorker: NO_MORE,
  BroadcastChannel: NO_MORE,
  postMessage: NO_MORE,
  close: NO_MORE,
  document: NO_PAGE,
  window: NO_PAGE,
  alert: NO_PAGE,
  prompt: NO_PAGE,
  localStorage: 'nothing is kept in the playground: its programs live in their links',
  indexedDB: 'nothing is kept in the playground: its programs live in their links',
  caches: 'nothing is kept in the playground: its programs live in their links',
};

function closeTheDoors(): void {
  for (const [name, why] of Object.entries(CLOSED)) {
    for (let owner: object | null = scope; owner !== null; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) Reflect.deleteProperty(owner, name);
    }
    const closed = () => {
      throw new TypeError(`${name}: ${why}`);
    };
    Object.defineProperty(scope, name, { configurable: false, get: closed, set: closed });
  }
}
