import type { StorageState } from '../../../src/cluster/cluster.js';
import { when } from '../../words/times.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTH = 30.4 * DAY;

/** How full a storage was, and when. */
export interface Reading {
  readonly at: number;
  readonly storages: readonly StorageState[];
}

export interface StorageView {
  readonly id: string;
  readonly name: string;
  /** Its node, or that nodes share it. */
  readonly owner: string;
  readonly usedPercent: number;
  readonly totalBytes: number | undefined;
  readonly level: 'plain' | 'warning' | 'critical';
  /** What is left in time, in words. */
  readonly left: string;
  /** When it is full at its pace, where that is today or tomorrow. */
  readonly fullAt: number | undefined;
}

/** As little growth as that, of the whole in a day, is none. */
const FLAT_PERCENT_A_DAY = 0.1;
const FULL_PERCENT = 99.5;
const CRITICAL_PERCENT = 98;
const WARNING_PERCENT = 85;
const SOON = 2 * DAY;
/** A pace counts where it is known from at least so long. */
const SHORTEST_PACE = HOUR;

/** The storages of a moment, fullest first, with what is left of each at the pace since earlier moments. */
export function storageViews(now: Reading, earlier: readonly Reading[]): StorageView[] {
  return now.storages
    .flatMap((storage) => {
      const { usedPercent } = storage;
      return usedPercent === undefined ? [] : [viewOf({ ...storage, usedPercent }, now.at, earlier)];
    })
    .sort((one, other) => other.usedPercent - one.usedPercent || (one.id < other.id ? -1 : 1));
}

function viewOf(
  storage: StorageState & { readonly usedPercent: number },
  at: number,
  earlier: readonly Reading[],
): StorageView {
  const { id, name, node, usedPercent, totalBytes } = storage;
  const isFull = usedPercent >= FULL_PERCENT;
  const remaining = isFull ? 0 : remainingOf(storage, at, earlier);
  const fullAt = remaining !== undefined && remaining < SOON ? at + remaining : undefined;
  const isCritical = usedPercent >= CRITICAL_PERCENT;
  const isWarning = usedPercent >= WARNING_PERCENT || (fullAt !== undefined && fullAt - at < DAY);
  return {
    id,
    name,
    owner: node === '' ? 'shared' : node,
    usedPercent,
    totalBytes,
    level: isCritical ? 'critical' : isWarning ? 'warning' : 'plain',
    left: isFull ? 'full' : leftWords(remaining, at),
    fullAt: isFull ? undefined : fullAt,
  };
}

/**
 * How long until it is full; undefined where it does not grow, or nothing is known of it earlier. The pace of the longest
 * time counts, unless that of the last hours fills it within a day: then there is something to do now.
 */
function remainingOf(
  { id, usedPercent }: StorageState & { readonly usedPercent: number },
  at: number,
  earlier: readonly Reading[],
): number | undefined {
  const times = earlier.flatMap((reading) => {
    const before = reading.storages.find((storage) => storage.id === id)?.usedPercent;
    const passed = at - reading.at;
    if (before === undefined || passed < SHORTEST_PACE) return [];
    const perDay = ((usedPercent - before) / passed) * DAY;
    return perDay > FLAT_PERCENT_A_DAY ? [((100 - usedPercent) / perDay) * DAY] : [];
  });
  const soonest = times.filter((time) => time < DAY);
  return soonest.length > 0 ? Math.min(...soonest) : times.at(-1);
}

function leftWords(remaining: number | undefined, at: number): string {
  if (remaining === undefined) return 'not growing';
  if (remaining < SOON) return `full around ${when(roughly(at + remaining), at)}`;
  if (remaining < 14 * DAY) return rangeIn(remaining / DAY, 'days');
  if (remaining < 2 * MONTH) return rangeIn(remaining / DAY / 7, 'weeks');
  return remaining < 12 * MONTH ? rangeIn(remaining / MONTH, 'months') : 'more than a year left';
}

/** On ten minutes. */
function roughly(at: number): number {
  return Math.round(at / (HOUR / 6)) * (HOUR / 6);
}

/** No forecast is sharper than a fifth. */
function rangeIn(value: number, unit: string): string {
  const [low, high] = [Math.max(1, Math.floor(value * 0.85)), Math.ceil(value * 1.2)];
  return `${low} to ${high} ${unit} left`;
}
