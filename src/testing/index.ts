/**
 * Testing with loopscope: simulate a program, drive it by hand or from inside, and make exact assertions about its order, time,
 * output and failure. No test runner is needed to load this; `loopscope/vitest` is the door for vitest.
 */

export { describeUse, guarded, type RealityUse } from '../explore/guard.ts';
export { checkDeterminism, NotDeterministicError } from './determinism.ts';
export { LiveSimulation, startSimulation } from './live.ts';
export {
  type ErrorClass,
  type Inside,
  type LoopscopeMatchers,
  type MatcherResult,
  matchers,
  type WaitsMeant,
} from './matchers.ts';
export { type AnyOrder, anyOrder } from './printed.ts';
export {
  type Allowed,
  runTest,
  type TestBody,
  TestFailedError,
  type TestFailure,
  type TestOptions,
} from './run-test.ts';
export { Sim } from './sim.ts';
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
export type { StartOptions } from './stage.ts';
