/** The log of a run: its vocabulary, its recorder, its file, the state it tells of, and questions to it. */

export { CHECKPOINT_EVERY, Checkpoints } from './checkpoints.ts';
export {
  type CriticalDeed,
  type CriticalPath,
  type CriticalSegment,
  criticalPath,
} from './critical-path.ts';
export * from './events.ts';
export { type Bounds, type Finding, type FindingKind, FindingsFolder, findings } from './findings.ts';
export { loadTrace, saveTrace } from './json.ts';
export { type Delay, type DelaySum, type Latency, latency } from './latency.ts';
export type { Actor } from './ledger.ts';
export {
  type MachineState,
  type ProcessState,
  type ThreadPhase,
  type ThreadState,
  type ThreadTimes,
  threadTimes,
} from './machine-state.ts';
export {
  type LoopSlice,
  type Overlap,
  query,
  type TaskRef,
  type TaskSlice,
  type TaskStep,
  type ThreadOverlap,
  type ThreadRef,
  type ThreadSlice,
  type TraceQuery,
} from './query.ts';
export { DEFAULT_MAX_EVENTS, Recorder, type RecorderOptions, TraceLimitError } from './recorder.ts';
export {
  type ErrorLine,
  type LoopInfo,
  type LoopState,
  type OutputLine,
  type ReadyEntry,
  type RequestState,
  type ResourceState,
  type Running,
  type Site,
  type Sites,
  type TaskPhase,
  type TaskState,
  type TaskTimes,
  type TimerState,
  taskTimes,
  type Waiting,
} from './state.ts';
export { type FoldOptions, initialState, reduce, StateFolder, stateAt } from './state-folder.ts';
export { type EventSource, type Json, Trace, TraceFormatError, type TraceMeta } from './trace.ts';
export { type StepOf, type WhyHop, why } from './why.ts';
