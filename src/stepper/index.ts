/** A cursor over a trace: keys in, frames out. */
export { type Breakpoint, describeBreakpoint } from './breakpoint.ts';
export { frame, LEAST_SCREEN, type Screen, settled } from './frame.ts';
export { BEGINNING, KEYS, play, press, Steppable, type StepperState } from './stepper.ts';
