import ms, { type StringValue } from 'ms';
import { KEEP_OPTIONS, type Keep, type KeepOption } from './prune.js';

/** Least severe first: in this order they are given up. */
export const FORGETTABLE_SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type ForgettableSeverity = (typeof FORGETTABLE_SEVERITIES)[number];

/** Which snapshots are kept. */
export interface SnapshotRule {
  readonly keep: Keep;
  /** So long those before and after a change are kept that no option keeps. */
  readonly changesMs: number;
}

/** How old resolved events of a severity become. */
export type EventRule = Readonly<Partial<Record<ForgettableSeverity, number>>>;

/** What a text says that switches a rule off. */
const KEEP_ALL = 'keep-all';

const HOUR_MS = ms('1h');
const MAX_AGE_MS = ms('100y');
const MAX_COUNT = 100_000;
const DEFAULT_CHANGES_MS = ms('30d');
const CHANGES = 'keep-changes';
const OPTION_NAMES = KEEP_OPTIONS.map((option) => `keep-${option}`);

/**
 * `keep-last=60,keep-daily=30`, as in the settings of Proxmox, with `keep-changes=30d` for the snapshots next to a change.
 * @returns undefined where nothing is forgotten.
 * @throws Error that says what is wrong with it.
 */
export function snapshotRule(text: string): SnapshotRule | undefined {
  if (text === KEEP_ALL) return undefined;
  const values = pairsOf(text, [...OPTION_NAMES, CHANGES]);
  const keep: Partial<Record<KeepOption, number>> = {};
  for (const option of KEEP_OPTIONS) {
    const count = values.get(`keep-${option}`);
    if (count !== undefined) keep[option] = countOf(`keep-${option}`, count);
  }
  if (!Object.values(keep).some((count) => count > 0)) {
    throw new Error(
      `must keep something: one of ${OPTION_NAMES.join(', ')} has to be above 0; or ${KEEP_ALL}`,
    );
  }
  const changes = values.get(CHANGES);
  return { keep, changesMs: changes === undefined ? DEFAULT_CHANGES_MS : spanOf(CHANGES, changes, 0) };
}

/** `info=90d,warning=1y`: a severity that is not named is kept. @throws Error that says what is wrong with it. */
export function eventRule(text: string): EventRule | undefined {
  if (text === KEEP_ALL) return undefined;
  const values = pairsOf(text, FORGETTABLE_SEVERITIES);
  const rule: Partial<Record<ForgettableSeverity, number>> = {};
  let longest: ForgettableSeverity | undefined;
  for (const severity of FORGETTABLE_SEVERITIES) {
    const span = values.get(severity);
    if (span === undefined) continue;
    const age = spanOf(severity, span, HOUR_MS);
    if (longest !== undefined && age < (rule[longest] ?? 0)) {
      throw new Error(`must not keep ${severity} for a shorter time than ${longest}, which is less severe`);
    }
    rule[severity] = age;
    longest = severity;
  }
  return rule;
}

/** `2y`: conversations whose last message is older. @throws Error that says what is wrong with it. */
export function conversationRule(text: string): number | undefined {
  return text === KEEP_ALL ? undefined : spanOf('the age', text, HOUR_MS);
}

const UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };
const MIN_BUDGET_BYTES = 16 * 2 ** 20;

/** `2GB`: how large the memory may become. @throws Error that says what is wrong with it. */
export function budgetRule(text: string): number | undefined {
  if (text === KEEP_ALL) return undefined;
  const [, amount, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?) ?(MB|GB|TB)$/.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * (UNITS[unit] ?? Number.NaN));
  if (bytes >= MIN_BUDGET_BYTES) return bytes;
  throw new Error('must be a size of 16MB or more, such as 500MB, 2GB or 1.5TB');
}

function pairsOf(text: string, names: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const part of text.split(',')) {
    const [name = '', value, ...rest] = part.split('=').map((side) => side.trim());
    if (!names.includes(name) || value === undefined || rest.length > 0) {
      throw new Error(`must be name=value, with a comma between two; the names are ${names.join(', ')}`);
    }
    if (values.has(name)) throw new Error(`must name ${name} only once`);
    values.set(name, value);
  }
  return values;
}

function countOf(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= MAX_COUNT) return Number(text);
  throw new Error(`must give ${name} a whole number from 0 to ${MAX_COUNT}`);
}

function spanOf(name: string, text: string, least: number): number {
  const span = /^\d+(?:\.\d+)? ?[a-z]+$/i.test(text) || text === '0' ? ms(text as StringValue) : undefined;
  if (span !== undefined && span >= least && span <= MAX_AGE_MS) return span;
  const bounds = least > 0 ? 'from an hour to a hundred years' : 'of up to a hundred years';
  throw new Error(`must give ${name} a time span ${bounds}, such as 12h, 90d or 2y`);
}
