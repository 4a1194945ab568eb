/** Testing with loopscope: simulate a program, and make exact assertions about its order, time, output and failure. */

export { type ErrorClass, type LoopscopeMatchers, type MatcherResult, matchers } from './matchers.ts';
export { type AnyOrder, anyOrder } from './printed.ts';
export {
  type PrintedLine,
  type ResultOf,
  SIMULATION_LIMITS,
  type SimulateOptions,
  type Simulation,
  type SimulationOutcome,
  simulate,
  type TaskSummary,
} from './simulation.ts';
