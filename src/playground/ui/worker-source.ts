/** Makes workers, each of the same text: from a blob, so that they live under the page's policy, and start on a disk, too. */

import text from 'virtual:worker';
import type { WorkerLike } from '../engine/runner.ts';

const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));

export function makeWorker(): WorkerLike {
  return new Worker(url);
}
