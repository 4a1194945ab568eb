/** A run by its schedule: recorded, changed and replayed. */

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
export { Replay, type Replayed, type ReplayOptions, replay } from './replay.ts';
