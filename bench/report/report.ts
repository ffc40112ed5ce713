import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { figureLabel } from '../figures/measure.js';
import type { Options } from '../options.js';
import type { Figure } from '../types.js';
import { judge, type BarResult } from './judge.js';
import { compare, type Comparison } from './comparisons.js';
import { describeMachine, machineLines, type Machine } from './machine.js';
import { markdownTable, textTable, type ReportTable } from './table.js';

export interface Report {
  at: string;
  tookSeconds: number;
  options: Options;
  machine: Machine;
  bars: BarResult[];
  comparisons: Comparison[];
  problems: string[];
  figures: Figure[];
  tables: ReportTable[];
}

interface Measured extends Pick<Report, 'figures' | 'tables'> {
  /** What kept a whole group from being measured. */
  failures: string[];
}

const RESULTS = new URL('../../results/', import.meta.url);
const LATEST = new URL('latest.json', RESULTS);
const TABLE_HEAD = [
  'work',
  'conn.',
  'of',
  'against',
  'median',
  'other',
  'unit',
  'ratio min',
  'median',
  'max',
  'p95 ms',
  'us CPU',
  'other',
];
const BAR_HEAD = ['bar', 'asked', 'measured', 'verdict', 'note'];

export function makeReport(measured: Measured, options: Options, tookSeconds: number): Report {
  const { figures, failures, tables } = measured;
  const comparisons = figures.flatMap(compare);
  const problems = figures.flatMap((figure) =>
    figure.problems.map((problem) => `${figureLabel(figure)}: ${problem}`),
  );
  return {
    at: new Date().toISOString(),
    tookSeconds: Math.round(tookSeconds),
    options,
    machine: describeMachine(),
    bars: judge(comparisons, options),
    comparisons,
    problems: [...failures, ...problems],
    figures,
    tables,
  };
}

export function saveReport(report: Report): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(LATEST, `${JSON.stringify(report, null, 2)}\n`);
}

export function lastReport(): Report {
  return JSON.parse(readFileSync(LATEST, 'utf8')) as Report;
}

export function formatReport(report: Report, markdown: boolean): string {
  const table = markdown ? markdownTable : textTable;
  const isShown = ({ verdict }: BarResult) => report.options.only === '' || verdict !== 'not measured';
  const bars = report.bars
    .filter(isShown)
    .map(({ name, asked, measured, verdict, note }) => [name, asked, measured, verdict, note]);
  return [
    introduction(report),
    ...(report.comparisons.length > 0 ? [table(TABLE_HEAD, report.comparisons.map(tableRow))] : []),
    ...report.tables.map(({ title, head, rows }) => `${title}\n\n${table(head, rows)}`),
    ...(bars.length > 0 ? [table(BAR_HEAD, bars)] : []),
    ...(report.problems.length > 0 ? [alarm(report.problems)] : []),
  ].join('\n\n');
}

function introduction({ at, tookSeconds, options, machine }: Report): string {
  const { rounds, seconds, largeRows, quick } = options;
  const command = `npm run bench${quick ? ' -- --quick' : ''}`;
  const shape = `${rounds} rounds of ${seconds} s, large file of ${largeRows} events and ${largeRows} messages`;
  const caution = quick
    ? ['--quick: short rounds and a smaller large file; an indication, not the result.']
    : [];
  return [
    `\`${command}\`, ${at}, ${tookSeconds} s in all: ${shape}.`,
    ...machineLines(machine),
    ...caution,
  ].join('\n');
}

function tableRow(comparison: Comparison): string[] {
  const { work, connections, subject, against = '-', value, other, unit, ratio, p95, valid } = comparison;
  const ratios = [ratio?.min, ratio?.median, ratio?.max].map((item) => (valid ? decimals(item) : 'INVALID'));
  return [
    work,
    connections === undefined ? '-' : String(connections),
    subject,
    against,
    decimals(value.median),
    decimals(other?.median),
    unit,
    ...ratios,
    decimals(p95?.median),
    decimals(comparison.processor?.median),
    decimals(comparison.otherProcessor?.median),
  ];
}

function alarm(problems: string[]): string {
  const lines = problems.map((problem) => `  !! ${problem}`);
  return ['!! INVALID: a fast error is not speed. These figures do not count:', ...lines].join('\n');
}

/** JSON has no NaN: a report that was read back has null in its place. */
function decimals(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}
