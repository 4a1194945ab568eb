/** A cursor over a trace: keys in, frames out. */
export { frame, LEAST_SCREEN, type Screen } from './frame.ts';
export {
  BEGINNING,
  type Breakpoint,
  describeBreakpoint,
  KEYS,
  play,
  press,
  Steppable,
  type StepperState,
} from './stepper.ts';
