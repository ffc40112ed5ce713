import { MEMORY_AFTER } from '../figures/soak.js';
import type { Spread } from '../statistics.js';
import type { Comparison } from './comparisons.js';
import type { Bar } from './bar.js';
import { BARS } from './bars.js';

export interface BarResult {
  name: string;
  asked: string;
  measured: string;
  verdict: 'reached' | 'NOT REACHED' | 'said' | 'not measured' | 'invalid';
  note: string;
}

const BAR_CONNECTIONS = 16;

export interface Conditions {
  largeRows: number;
  postgresRows: number;
  recallPostgresRows: number;
  explorerRows: number;
  snapshotMinutes: number;
  soakMinutes: number;
}

export function judge(comparisons: Comparison[], conditions: Conditions): BarResult[] {
  return BARS.map((bar) => judgeBar(bar, comparisons, conditions));
}

function judgeBar(bar: Bar, comparisons: Comparison[], conditions: Conditions): BarResult {
  const { limit } = bar;
  const asked = limit === undefined ? 'say' : `${bar.sense} ${limit} ${bar.unit} (aim ${bar.aim})`;
  const found = comparisons.filter((comparison) => concerns(bar, comparison));
  const note = conditionNote(bar, conditions);
  if (found.length === 0) return { name: bar.name, asked, measured: '-', verdict: 'not measured', note };
  const values = found.map(({ value, ratio }) => valueFor(bar, bar.of === 'ratio' ? ratio : value));
  const worst = bar.sense === 'at least' ? Math.min(...values) : Math.max(...values);
  const verdict = found.some(({ valid }) => !valid) ? 'invalid' : verdictOn(worst, bar);
  return { name: bar.name, asked, measured: `${worst.toFixed(2)} ${bar.unit}`, verdict, note };
}

function verdictOn(worst: number, { sense, limit }: Bar): BarResult['verdict'] {
  if (limit === undefined) return 'said';
  return (sense === 'at least' ? worst >= limit : worst <= limit) ? 'reached' : 'NOT REACHED';
}

function valueFor({ always, sense, scale = 1 }: Bar, spread: Spread | undefined): number {
  const worst = sense === 'at least' ? spread?.min : spread?.max;
  return ((always ? worst : spread?.median) ?? NaN) * scale;
}

function concerns(bar: Bar, { work, connections, against }: Comparison): boolean {
  const atBarConnections = connections === undefined || connections === (bar.connections ?? BAR_CONNECTIONS);
  return (
    work.startsWith(bar.work) && atBarConnections && (bar.against === undefined || bar.against === against)
  );
}

function conditionNote(bar: Bar, conditions: Conditions): string {
  const { largeRows, postgresRows, recallPostgresRows, explorerRows, snapshotMinutes, soakMinutes } =
    conditions;
  const { work } = bar;
  const onFewer = (count: number) => `measured on ${count} rows: an indication only`;
  const isFewer = (count: number, asked = 0) => (count < asked ? [onFewer(count)] : []);
  const notes = [
    ...(bar.largeFile && largeRows < 1_000_000 ? [onFewer(largeRows)] : []),
    ...isFewer(postgresRows, bar.postgresRows),
    ...isFewer(recallPostgresRows, bar.recallPostgresRows),
    ...isFewer(explorerRows, bar.explorerRows),
    ...isFewer(snapshotMinutes, bar.snapshotMinutes),
    ...(work === MEMORY_AFTER && soakMinutes < 10 ? [`after ${soakMinutes} minutes`] : []),
  ];
  return notes.join(', ');
}
