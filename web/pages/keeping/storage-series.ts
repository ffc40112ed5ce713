import type { Schemas } from '../../api/types.js';

export type Storage = Schemas['StorageDto'];

const DAY_SECONDS = 86_400;
/** The forecast reaches twice as far as what is known. */
const AHEAD = 2;

/** Numbers for a plot: one place a day, nothing where a line has none there. */
export interface StorageSeries {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  /** For how many days of them it is a forecast. */
  readonly ahead: number;
  /** From the top of the pile to its base: each is the sum of itself and what is below. */
  readonly total: readonly (number | null)[];
  readonly messages: readonly (number | null)[];
  readonly snapshots: readonly (number | null)[];
  readonly events: readonly (number | null)[];
  /** What is expected, at least, and at most; only where something grows. */
  readonly expected: readonly (number | null)[];
  readonly least: readonly (number | null)[];
  readonly most: readonly (number | null)[];
}

/** How the memory grew over the last days by what is kept of them, and how it goes on. */
export function seriesOf(storage: Storage): StorageSeries {
  const { totalBytes, measuredAt, growth } = storage;
  const kinds = Object.fromEntries(storage.kinds.map((one) => [one.kind, one]));
  const past = pastDays(storage);
  const range = rangeOf(growth);
  const ahead = range.high > 0 ? past * AHEAD : 0;
  const now = Date.parse(measuredAt) / 1000;
  const days = Array.from({ length: past + 1 + ahead }, (_, index) => index - past);
  const known = (value: (ago: number) => number): (number | null)[] =>
    days.map((day) => (day > 0 ? null : value(-day)));
  const later = (rate: number): (number | null)[] =>
    days.map((day) => (day < 0 || ahead === 0 ? null : totalBytes + day * rate));
  const sizeOf = (kind: string, ago: number): number => before(kinds[kind], ago);
  const events = known((ago) => sizeOf('event', ago));
  const snapshots = known((ago) => sizeOf('event', ago) + sizeOf('snapshot', ago));
  const messages = known((ago) => sizeOf('event', ago) + sizeOf('snapshot', ago) + sizeOf('message', ago));
  const rest = totalBytes - storage.kinds.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    ahead,
    times: days.map((day) => now + day * DAY_SECONDS),
    total: messages.map((sum) => (sum === null ? null : sum + Math.max(0, rest))),
    messages,
    snapshots,
    events,
    expected: later(growth?.bytesPerDay ?? 0),
    least: later(range.low),
    most: later(range.high),
  };
}

/** Bytes a day, from and to: a single large day lifts the mean above nine days of ten, and is not left out. */
export function rangeOf(growth: Storage['growth']): { readonly low: number; readonly high: number } {
  if (!growth) return { low: 0, high: 0 };
  const { bytesPerDay, low, high } = growth;
  return { low: Math.max(0, Math.min(low, bytesPerDay)), high: Math.max(high, bytesPerDay) };
}

type Kind = Storage['kinds'][number];

/** What a kind took some days ago: what it takes now, without what has come since. */
function before(kind: Kind | undefined, ago: number): number {
  if (!kind) return 0;
  const since = kind.bytesPerDay.slice(0, ago).reduce((sum, bytes) => sum + bytes, 0);
  return Math.max(0, kind.bytes - since);
}

/** How many days back anything came; at least one, so that there is a line. */
function pastDays({ kinds }: Storage): number {
  const last = kinds.map(({ bytesPerDay }) => bytesPerDay.findLastIndex((bytes) => bytes > 0) + 1);
  return Math.max(1, ...last);
}
