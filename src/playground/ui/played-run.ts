import type { Trace } from '../../trace/trace.ts';

/** A run as the player takes it. */
export interface PlayedRun {
  readonly title: string;
  readonly trace: Trace;
  readonly sources?: Readonly<Record<string, string>>;
  readonly failure?: string;
}
