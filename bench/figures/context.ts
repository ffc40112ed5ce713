import type { LoadResult, LoadTask } from '../load/load-task.js';
import type { Options } from '../options.js';
import type { Worker } from '../processes/worker.js';
import type { Progress } from '../progress.js';
import type { ReportTable } from '../report/table.js';
import type { FigurePlan } from '../types.js';

/** What every group of figures needs to run. */
export interface Context {
  options: Options;
  progress: Progress;
  load: Worker<LoadTask, LoadResult>;
  folder: string;
  /** What a group has to show beside its figures. */
  tables: ReportTable[];
}

/** A measurement may take this much longer than it should before it counts as hung. */
export const GRACE_MS = 30_000;

export function wanted(options: Options, name: string): boolean {
  return options.only.split('|').some((part) => name.toLowerCase().includes(part));
}

export function wantedPlans<Plan extends Pick<FigurePlan, 'name'>>(options: Options, plans: Plan[]): Plan[] {
  return plans.filter(({ name }) => wanted(options, name));
}
