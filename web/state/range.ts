import { computed } from '@preact/signals';
import { changeQuery, queryValue } from './address.js';
import { now } from './clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The ranges that have a button, by their names in the address. */
export const RANGES = { '15m': 15 * MINUTE, '1h': HOUR, '24h': 24 * HOUR, '7d': 168 * HOUR } as const;
export type RangeName = keyof typeof RANGES;

/** A span of time, in milliseconds since 1970: `since` is in it, `until` is not. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** The range that is chosen: one of the buttons, or `custom` where the address has a beginning and an end. */
export const rangeName = computed<RangeName | 'custom'>(() => {
  if (customSpan.value) return 'custom';
  const name = queryValue('range');
  return name !== undefined && name in RANGES ? (name as RangeName) : '24h';
});

const customSpan = computed<Span | undefined>(() => {
  const [since, until] = [timeOf('from'), timeOf('to')];
  return since !== undefined && until !== undefined && since < until ? { since, until } : undefined;
});

/** The instant that all pages show; undefined while they follow what happens. */
export const instant = computed(() => timeOf('at'));
export const isLive = computed(() => instant.value === undefined && customSpan.value === undefined);

/** The minute that has begun: what is asked for by it changes once a minute, and not with every tick. */
const nextMinute = computed(() => Math.ceil(now.value / MINUTE) * MINUTE);

/** The span that all pages show. */
export const span = computed<Span>(() => {
  const name = rangeName.value;
  if (name === 'custom' && customSpan.value) return customSpan.value;
  const until = nextMinute.value;
  return { since: until - RANGES[name as RangeName], until };
});

/** The moment whose state is shown: the instant, or now. */
export const moment = computed(() => instant.value ?? now.value);

/** The last moment that is shown: the instant, else the end of the range, which a range of the past has before now. */
export const shownEnd = computed(() => instant.value ?? Math.min(now.value, span.value.until));

export function chooseRange(name: RangeName): void {
  changeQuery({ range: name === '24h' ? undefined : name, from: undefined, to: undefined }, 'push');
}

export function chooseSpan({ since, until }: Span): void {
  changeQuery({ range: undefined, from: iso(since), to: iso(until) }, 'push');
}

/** Moves all pages to an instant; undefined follows again what happens. */
export function chooseInstant(at: number | undefined, how: 'push' | 'replace' = 'replace'): void {
  const past = at === undefined || at >= now.peek() ? undefined : iso(at);
  changeQuery(past === undefined ? { at: past, from: undefined, to: undefined } : { at: past }, how);
}

/** A time as the API takes it. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

function timeOf(name: string): number | undefined {
  const at = Date.parse(queryValue(name) ?? '');
  return Number.isNaN(at) ? undefined : at;
}
