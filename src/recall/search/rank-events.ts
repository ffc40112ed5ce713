import { withDate, scoreOf, textScore, type Analysed, type Ranked, type WeightedQuery } from './scoring.js';
import type { EventRow } from './rows.js';

const SEVERITIES = ['info', 'warning', 'error', 'critical'];
/**
 * What severity and recency are worth at most. Of two events the one whose score for the text is higher by more than both
 * together is clearly better: it is always first.
 */
const SEVERITY_WEIGHT = 0.02;
const RECENCY_WEIGHT = 0.01;
export const NEAR_TIE = SEVERITY_WEIGHT + RECENCY_WEIGHT;
const DAY_MS = 86_400_000;
/** After so many days recency is worth half. */
const HALF_RECENT_DAYS = 30;

/** Scores events by their own text: unlike messages, neighbours in time have nothing to do with one another. */
export function rankEvents(
  events: readonly Analysed<EventRow>[],
  query: WeightedQuery,
  now: string,
): Ranked<EventRow>[] {
  return events.flatMap(({ row, analysis }) => {
    const frequencies = withDate(analysis.frequencies, row.timestamp, query.units);
    const text = textScore(query, frequencies, analysis.words);
    if (text === 0) return [];
    const parts = { text, severity: severityOf(row), recency: recencyOf(row.timestamp, now) };
    return [{ row, score: scoreOf(parts), frequencies, parts }];
  });
}

function severityOf({ severity }: EventRow): number {
  return (SEVERITY_WEIGHT * Math.max(0, SEVERITIES.indexOf(severity))) / (SEVERITIES.length - 1);
}

function recencyOf(timestamp: string, now: string): number {
  const days = Math.max(0, Date.parse(now) - Date.parse(timestamp)) / DAY_MS;
  return RECENCY_WEIGHT / (1 + days / HALF_RECENT_DAYS) || 0;
}
