import type { ReportTable } from '../report/table.js';
import { mean, METRICS, type Mark, type Metric } from './scores.js';

/** The marks of each seeker, by its name. */
export type Marks = ReadonlyMap<string, readonly Mark[]>;

const HALVES = [
  { half: 'tuned', held: false },
  { half: 'held', held: true },
] as const;
const NONE = 'none';

export function answerable(marks: readonly Mark[], held: boolean): Mark[] {
  return marks.filter(({ question }) => question.held === held && question.category !== NONE);
}

export function recallTables(marks: Marks): ReportTable[] {
  return [overall(marks), byCategory(marks), ...nothingToFind(marks)];
}

function overall(marks: Marks): ReportTable {
  const metrics = Object.keys(METRICS) as Metric[];
  const columns = HALVES.flatMap(({ half, held }) => metrics.map((metric) => ({ half, held, metric })));
  return {
    title: `Questions that have an answer, percent (${HALVES.map(({ half, held }) => `${half}: ${countOf(marks, held)}`).join(', ')})`,
    head: ['search', ...columns.map(({ half, metric }) => `${half}, ${metric}`)],
    rows: [...marks].map(([name, own]) => [
      name,
      ...columns.map(({ held, metric }) => mean(answerable(own, held), metric).toFixed(1)),
    ]),
  };
}

function countOf(marks: Marks, held: boolean): number {
  const [first = []] = marks.values();
  return answerable(first, held).length;
}

function byCategory(marks: Marks): ReportTable {
  const [first = []] = marks.values();
  const categories = [...new Set(first.map(({ question }) => question.category))].filter(
    (name) => name !== NONE,
  );
  const rows = categories.flatMap((category) =>
    HALVES.map(({ half, held }) => {
      const of = (own: readonly Mark[]) =>
        answerable(own, held).filter(({ question }) => question.category === category);
      const cells = [...marks.values()].map((own) => mean(of(own), 'recall@10').toFixed(1));
      return [`${category}, ${half}`, String(of(first).length), ...cells];
    }),
  );
  return { title: 'recall@10 by category, percent', head: ['category', 'questions', ...marks.keys()], rows };
}

/** What is not there should not be found: by an empty answer, or by a score below those of what is there. */
function nothingToFind(marks: Marks): ReportTable[] {
  const rows = [...marks].flatMap(([name, own]) =>
    HALVES.map(({ half, held }) => {
      const ofHalf = own.filter(({ question }) => question.held === held);
      const none = ofHalf.filter(({ question }) => question.category === NONE);
      const empty = none.filter(({ found }) => found.keys.length === 0).length;
      const usual = quantile(scores(answerable(own, held)), 0.1);
      const low = scores(none).filter((score) => score < usual).length;
      return [
        `${name}, ${half}`,
        String(none.length),
        String(empty),
        ...scoreCells(none, usual, empty + low),
      ];
    }),
  );
  const head = [
    'no answer exists',
    'questions',
    'nothing found',
    'median of best score',
    'usual score',
    'silent or low',
  ];
  return [
    { title: 'Questions without an answer (usual: nine in ten with an answer score more)', head, rows },
  ];
}

function scoreCells(none: readonly Mark[], usual: number, silentOrLow: number): string[] {
  if (Number.isNaN(usual)) return ['-', '-', '-'];
  return [quantile(scores(none), 0.5).toFixed(2), usual.toFixed(2), String(silentOrLow)];
}

function scores(marks: readonly Mark[]): number[] {
  return marks.flatMap(({ found }) => found.best ?? []);
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}
