/** The other half of fresh-run.ts: a process that runs one program once, and answers with its trace. */

import { ChanceRecord, DealtAgain, type Draws } from '../analysis/same-chance.ts';
import { Adjustment } from '../analysis/what-if.ts';
import { ValueError } from '../core/errors.ts';
import { saveTrace } from '../trace/json.ts';
import { TraceLimitError } from '../trace/recorder.ts';
import { parseSchedule, ScheduleError } from '../trace/schedule.ts';
import { errorWords } from '../views/error-words.ts';
import { metaOf, type PlayedPart, playPart, playProgram } from './demo.ts';
import type { ChanceRequest, Refusal, RunReply, RunRequest } from './fresh-run.ts';
import { loadRunnable, partAt, projectPath } from './load-program.ts';
import { inWords } from './tell.ts';

process.once('message', async (request: RunRequest | ChanceRequest) => {
  const reply = await (request.wants === 'run' ? runOf(request) : chanceOf(request)).catch(refusal);
  // Not before it is sent; and whatever the program has left that keeps Node going.
  process.send!(reply, () => process.exit());
});

async function runOf({
  file,
  part,
  schedule,
  maxEvents,
  until,
  changes,
  draws,
}: RunRequest): Promise<RunReply> {
  const loaded = await loadRunnable(file);
  const chance = draws === undefined ? new ChanceRecord() : new DealtAgain(draws);
  const adjustment = changes.length > 0 ? new Adjustment(changes) : null;
  const how = {
    ...(typeof schedule === 'number' ? { seed: schedule } : { schedule: parseSchedule(schedule) }),
    sites: projectPath,
    maxEvents,
    ...(until !== undefined && { until }),
    ...(adjustment && { adjust: adjustment.adjust }),
    chance,
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
    draws: chance.draws,
  };
}

/** What comes by chance in the program as it is. */
async function chanceOf({ file, part, schedule, maxEvents, until }: ChanceRequest): Promise<Draws> {
  const loaded = await loadRunnable(file);
  const chance = new ChanceRecord();
  const seed = typeof schedule === 'number' ? schedule : parseSchedule(schedule).seed;
  const how = { seed, maxEvents, ...(until !== undefined && { until }), chance };
  if (loaded.kind === 'demo') playPart(loaded.demo, partAt(loaded.demo, file, part), how);
  else playProgram(loaded.program, metaOf(file), how);
  return chance.draws;
}

function refusal(error: unknown): Refusal {
  const isPlain = error instanceof ScheduleError || error instanceof ValueError;
  return { problem: isPlain ? error.message : errorWords(error) };
}
