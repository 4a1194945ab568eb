/** Views: a trace in, text out. Pure functions, for a terminal or any other place that shows text. */

export { cellWidth, pad, printable, truncate, truncateMiddle, wrap } from './cells.ts';
export { type ComparisonRow, type ComparisonTableOptions, comparisonTable } from './comparison-table.ts';
export { criticalPathTable, type PathTableOptions } from './critical-path-table.ts';
export { type ExplorationView, explorationText } from './exploration-text.ts';
export { latencyTable } from './latency-table.ts';
export { type MermaidOptions, mermaidGantt } from './mermaid.ts';
export type { TitledTrace } from './parts.ts';
export { type PerfettoOptions, perfetto } from './perfetto.ts';
export {
  type PlotAxis,
  type PlotData,
  type PlotOptions,
  type PlotSeries,
  type PlotUnit,
  plot,
} from './plot.ts';
export { type PlotSvgOptions, plotSvg } from './plot-svg.ts';
export { type StoryLine, type StoryOptions, story, storyLines } from './story.ts';
export { type TaskTableOptions, taskTable } from './table.ts';
export { formatDuration, type Tick, timeTicks } from './time.ts';
export { type TimelineOptions, timeline, timelines } from './timeline.ts';
export { type TimelineSvgOptions, timelineSvg } from './timeline-svg.ts';
export { type TurnsOptions, turnsTable } from './turns-table.ts';
export { type WhatIfView, whatIfText } from './what-if-text.ts';
export { type WhyTextOptions, whyText } from './why-text.ts';
