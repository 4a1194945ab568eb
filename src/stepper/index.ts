/** A cursor over a trace, or over several runs of a program: keys in, frames out. */
export { type Breakpoint, describeBreakpoint } from './breakpoint.ts';
export type { Wish } from './choosing.ts';
export { frame, LEAST_SCREEN, type Screen, settled } from './frame.ts';
export { arrive, begin, lineOf, refuse, type Session, steer } from './session.ts';
export {
  BEGINNING,
  KEYS,
  play,
  press,
  type RunInfo,
  SPEEDS,
  Steppable,
  type StepperState,
} from './stepper.ts';
