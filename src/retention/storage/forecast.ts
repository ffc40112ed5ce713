import type { Arrivals, Sample } from './storage.types.js';

const DAY_MS = 86_400_000;
/** With samples of fewer days the growth is that of the rows which arrive. */
const MIN_SAMPLED_DAYS = 3;

/** Growth in bytes a day: of the days that are known, a tenth grew less than `low` and a tenth more than `high`. */
export interface Growth {
  readonly bytesPerDay: number;
  readonly low: number;
  readonly high: number;
  readonly days: number;
}

/** In how many days something is full. `latest` is null where it may never be. */
export interface UntilFull {
  readonly days: number;
  readonly earliest: number;
  readonly latest: number | null;
}

/** How the memory grows: by its samples, or, where they are of few days, by the rows of the last days. */
export function growthOf(samples: readonly Sample[], arrivals: readonly Arrivals[]): Growth | null {
  const rates = dailyRates(samples);
  return summary(rates.length >= MIN_SAMPLED_DAYS ? rates : arrivalRates(arrivals));
}

/** None where nothing grows. @param leftBytes what is free; 0 or less where it is full. */
export function untilFull(leftBytes: number, growth: Growth | null): UntilFull | null {
  if (!growth || growth.bytesPerDay <= 0) return null;
  const left = Math.max(0, leftBytes);
  const daysAt = (rate: number): number => Math.floor(left / rate);
  return {
    days: daysAt(growth.bytesPerDay),
    earliest: daysAt(Math.max(growth.high, growth.bytesPerDay)),
    latest: growth.low > 0 ? daysAt(growth.low) : null,
  };
}

/** What is written to the disk in a day; null where it is not known. @param samples oldest first. */
export function writtenPerDay(samples: readonly Sample[]): number | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) return null;
  const known = samples.slice(1).map(({ writtenBytes }) => writtenBytes);
  const span = Date.parse(last.at) - Date.parse(first.at);
  if (span <= 0 || known.every((bytes) => bytes === null)) return null;
  const total = known.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  return Math.round((total * DAY_MS) / span);
}

/** From each sample to the first one that is a day or more younger. */
function dailyRates(samples: readonly Sample[]): number[] {
  const rates: number[] = [];
  let from: Sample | undefined;
  for (const sample of samples) {
    if (!from) {
      from = sample;
      continue;
    }
    const span = Date.parse(sample.at) - Date.parse(from.at);
    if (span < DAY_MS) continue;
    rates.push(((sample.totalBytes - from.totalBytes) * DAY_MS) / span);
    from = sample;
  }
  return rates;
}

/** Days before the first row do not count. */
function arrivalRates(arrivals: readonly Arrivals[]): number[] {
  const length = Math.max(0, ...arrivals.map(({ perDay }) => perDay.length));
  const rates = Array.from({ length }, (_, ago) =>
    arrivals.reduce((sum, { bytesEach, perDay }) => sum + bytesEach * (perDay[ago] ?? 0), 0),
  );
  return rates.slice(0, rates.findLastIndex((rate) => rate > 0) + 1);
}

function summary(rates: readonly number[]): Growth | null {
  if (rates.length === 0) return null;
  const sorted = [...rates].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.round(share * (sorted.length - 1))] ?? 0);
  const mean = Math.round(rates.reduce((sum, rate) => sum + rate, 0) / rates.length);
  return { bytesPerDay: mean, low: at(0.1), high: at(0.9), days: rates.length };
}
