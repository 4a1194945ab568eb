/** The schedules that could happen: found, shrunk, named, changed and replayed. */

export {
  type Decision,
  type Draw,
  FAITHFUL,
  formatSchedule,
  otherwise,
  type Pick,
  parseSchedule,
  type Schedule,
  ScheduleError,
  scheduleOf,
} from '../trace/schedule.ts';
export { type FailureKind, type Fault, FindingError, type FindOptions } from './attempt.ts';
export {
  type Exploration,
  type ExploreOptions,
  explore,
  type Failure,
  NotRepeatableError,
  type Progress,
  type ScheduledRun,
} from './explore.ts';
export { type ProgramOptions, Replay, type Replayed, type ReplayOptions, replay } from './replay.ts';
export { delayBounded, preemptionBounded } from './strategies/bounded.ts';
export { exhaustive } from './strategies/exhaustive.ts';
export { type FastCheck, fastCheck } from './strategies/fast-check.ts';
export { type NamedStrategy, strategyOf } from './strategies/named.ts';
export { pct } from './strategies/pct.ts';
export { random } from './strategies/random.ts';
export { reduced } from './strategies/reduced.ts';
export type { Plan, Strategy } from './strategy.ts';
