/** The other half of fresh-run.ts: a process that runs one program once, and answers with its trace. */

import { Adjustment } from '../analysis/what-if.ts';
import { ValueError } from '../core/errors.ts';
import { saveTrace } from '../trace/json.ts';
import { TraceLimitError } from '../trace/recorder.ts';
import { parseSchedule, ScheduleError } from '../trace/schedule.ts';
import { errorWords } from '../views/error-words.ts';
import { metaOf, type PlayedPart, playPart, playProgram } from './demo.ts';
import type { FreshReply, FreshRequest } from './fresh-run.ts';
import { loadRunnable, partAt, projectPath } from './load-program.ts';
import { inWords } from './tell.ts';

process.once('message', async (request: FreshRequest) => {
  const reply = await answer(request).catch(refusal);
  // Not before it is sent; and whatever the program has left that keeps Node going.
  process.send!(reply, () => process.exit());
});

async function answer({
  file,
  part,
  schedule,
  maxEvents,
  until,
  changes,
}: FreshRequest): Promise<FreshReply> {
  const loaded = await loadRunnable(file);
  const adjustment = changes.length > 0 ? new Adjustment(changes) : null;
  const how = {
    ...(typeof schedule === 'number' ? { seed: schedule } : { schedule: parseSchedule(schedule) }),
    sites: projectPath,
    maxEvents,
    ...(until !== undefined && { until }),
    ...(adjustment && { adjust: adjustment.adjust }),
  };
  const ran: Pick<PlayedPart, 'trace'> & { failure: { error: unknown; expected?: boolean } | null } =
    loaded.kind === 'demo'
      ? playPart(loaded.demo, partAt(loaded.demo, file, part), how)
      : playProgram(loaded.program, metaOf(file), how);
  const { trace, failure } = ran;
  const expected = failure?.expected === true;
  adjustment?.check();
  const isCut = failure?.error instanceof TraceLimitError;
  return {
    trace: saveTrace(trace),
    failure: failure === null || isCut ? null : { text: inWords(failure.error, file), expected },
    isCut,
  };
}

function refusal(error: unknown): FreshReply {
  const isPlain = error instanceof ScheduleError || error instanceof ValueError;
  return { problem: isPlain ? error.message : errorWords(error) };
}
