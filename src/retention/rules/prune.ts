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

interface Item {
  readonly id: number;
  readonly timestamp: string;
}

/** What an option says of an item; nothing where no option has reached it. */
type Mark = KeepOption | 'remove' | undefined;

/** Whether any option keeps something; where none does, Proxmox keeps all. */
export function thins(keep: Keep): boolean {
  return KEEP_OPTIONS.some((option) => (keep[option] ?? 0) > 0);
}

/**
 * What the options of Proxmox keep (Proxmox Backup documentation, "Pruning", and its prune simulator, whose order of
 * steps this is): each keeps the newest of so many periods that have one and that no option before it has kept from.
 * @param items newest first.
 * @param periodsOf asked in that order.
 * @returns for each item the option that keeps it; undefined where it goes.
 */
export function prune(
  items: readonly Item[],
  keep: Keep,
  periodsOf: (timestamp: string) => Periods,
): readonly (KeepOption | 'all' | undefined)[] {
  if (!thins(keep)) return items.map(() => 'all');
  const periods = items.map(({ timestamp }) => periodsOf(timestamp));
  const nameOf: Record<KeepOption, (at: number) => string | number | undefined> = {
    last: (at) => items[at]?.id,
    hourly: (at) => periods[at]?.hour,
    daily: (at) => periods[at]?.day,
    weekly: (at) => periods[at]?.week,
    monthly: (at) => periods[at]?.month,
    yearly: (at) => periods[at]?.year,
  };
  const marks: Mark[] = items.map(() => undefined);
  for (const option of KEEP_OPTIONS) mark(marks, option, keep[option] ?? 0, nameOf[option]);
  return marks.map((found) => (found === 'remove' ? undefined : found));
}

function mark(
  marks: Mark[],
  option: KeepOption,
  count: number,
  nameOf: (at: number) => string | number | undefined,
): void {
  if (count === 0) return;
  const covered = new Set<string | number | undefined>();
  const kept = new Set<string | number | undefined>();
  for (let at = 0; at < marks.length; at++) {
    const name = nameOf(at);
    if (covered.has(name)) continue;
    if (marks[at] !== undefined) {
      if (marks[at] !== 'remove') covered.add(name);
    } else if (kept.has(name)) {
      marks[at] = 'remove';
    } else {
      if (kept.size >= count) return;
      kept.add(name);
      marks[at] = option;
    }
  }
}
