import type { Periods } from './periods.js';

/** How many are kept, by the names that Proxmox gives the options. */
export interface Keep {
  readonly last?: number | undefined;
  readonly hourly?: number | undefined;
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
}

export type KeepOption = keyof Keep;

/** In the order in which they are processed. */
export const KEEP_OPTIONS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/** Whether any option keeps something; where none does, Proxmox keeps all. */
export function thins(keep: Keep): boolean {
  return KEEP_OPTIONS.some((option) => (keep[option] ?? 0) > 0);
}

/** How far an option has come. */
interface Progress {
  readonly option: KeepOption;
  readonly count: number;
  /** The periods that an option before it has kept from. */
  readonly covered: Set<number | string>;
  readonly kept: Set<number | string>;
  isOver: boolean;
}

/**
 * What the options of Proxmox keep (Proxmox Backup documentation, "Pruning", and its prune simulator, whose steps these
 * are): each keeps the newest of so many periods that have one and that no option before it has kept from. An option
 * decides by what it has seen of newer ones, so that all of them can look at one after the other.
 */
export class Pruning {
  private readonly options: readonly Progress[];

  constructor(keep: Keep) {
    this.options = KEEP_OPTIONS.map((option) => ({ option, count: keep[option] ?? 0 }))
      .filter(({ count }) => count > 0)
      .map((option) => ({ ...option, covered: new Set(), kept: new Set(), isOver: false }));
  }

  /** Asked newest first. @returns the option that keeps it; undefined where it goes. */
  keptBy(id: number, periods: Periods): KeepOption | 'all' | undefined {
    if (this.options.length === 0) return 'all';
    const mark = this.options.reduce<KeepOption | 'remove' | undefined>(
      (found, progress) => look(progress, found, nameOf(progress.option, id, periods)),
      undefined,
    );
    return mark === 'remove' ? undefined : mark;
  }
}

function look(
  progress: Progress,
  mark: KeepOption | 'remove' | undefined,
  name: number | string,
): KeepOption | 'remove' | undefined {
  const { option, count, covered, kept } = progress;
  if (progress.isOver || covered.has(name)) return mark;
  if (mark !== undefined) {
    if (mark !== 'remove') covered.add(name);
    return mark;
  }
  if (kept.has(name)) return 'remove';
  progress.isOver = kept.size >= count;
  if (progress.isOver) return undefined;
  kept.add(name);
  return option;
}

function nameOf(option: KeepOption, id: number, periods: Periods): number | string {
  if (option === 'last') return id;
  if (option === 'hourly') return periods.hour;
  if (option === 'daily') return periods.day;
  if (option === 'weekly') return periods.week;
  return option === 'monthly' ? periods.month : periods.year;
}
