/** `loopscope/node`: what only Node can do. Demos on the command line, traces on disk, and exploring by threads. */

export { WorkerError } from './crew.ts';
export {
  type Demo,
  type DemoDescription,
  type DemoPart,
  type DemoProgram,
  type ErrorClass,
  type PlayedPart,
  type PlayOptions,
  playDemo,
} from './demo.ts';
export { type ExploreFileOptions, exploreFile } from './explore-file.ts';
export { FileError, ProgramError } from './load-program.ts';
export { type RenderOptions, renderDemo } from './render-demo.ts';
export { demo, runDemo, type Terminal } from './run-demo.ts';
export { readTraceFile, writeTraceFile } from './trace-file.ts';
