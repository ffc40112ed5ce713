import { INDEXED_KINDS, type IndexedKind, type ThreadReader } from '../../database/programs.js';
import { Analyser, holdsAny, type Analysis } from './analyser.js';
import type { ParsedQuery } from './parse-query.js';
import type { PreferenceRow } from './preferences.js';
import type { EventRow, MessageRow } from './rows.js';
import type { Scope } from './scope.js';
import type { Analysed, WeightedQuery } from './scoring.js';
import type { Counted, SearchBasis, SearchInput } from './search.types.js';
import { correct, withCorrections } from './typos.js';
import type { Unit } from './unit.js';
import { countDocuments, weightOf } from './weights.js';

/** A pasted text is ranked by its rarest words. */
const MAX_RANKED_UNITS = 64;
const RAREST_UNITS = 32;

/** Rows that no index holds, analysed. */
export interface OutsideRows {
  readonly event: readonly Analysed<EventRow>[];
  readonly message: readonly Analysed<MessageRow>[];
  readonly preference: readonly Analysed<PreferenceRow>[];
}

/** A query with what its units weigh in what is searched, and what that was taken from. */
export interface Weighed {
  readonly query: WeightedQuery;
  readonly analyser: Analyser;
  readonly outside: OutsideRows;
  readonly basis: Basis;
}

type Basis = Pick<SearchBasis, 'ranked' | 'rows' | 'documents' | 'corrections'>;

/** Rows that were analysed already. */
type Analyses = ReadonlyMap<Texted, Analysis>;

interface Texted {
  readonly text: string;
}

/** Weighs the units of a query, and corrects words that no row has. On a further page, both are those of the first. */
export async function weighQuery(
  reader: ThreadReader,
  parsed: ParsedQuery,
  scope: Scope,
  preferences: readonly PreferenceRow[],
  { after }: SearchInput,
): Promise<Weighed> {
  const tails = { event: scope.event?.tail ?? [], message: scope.message?.tail ?? [] };
  const { basis, analyses } = after
    ? { basis: after, analyses: undefined }
    : await countQuery(reader, scope, parsed.units, [...tails.event, ...tails.message, ...preferences]);
  const units = withCorrections(parsed.units, basis.corrections);
  const analyser = new Analyser(basis.ranked.flatMap((index) => units[index] ?? []));
  return {
    query: weighted(analyser.units, basis, parsed.asksWhen),
    analyser,
    outside: {
      event: analyseAll(tails.event, analyser, analyses),
      message: analyseAll(tails.message, analyser, analyses),
      preference: analyseAll(preferences, analyser, analyses),
    },
    basis,
  };
}

/** Counts the units, and those that stand for words which no row has, and chooses those to rank by. */
async function countQuery(
  reader: ThreadReader,
  scope: Scope,
  units: readonly Unit[],
  outside: readonly Texted[],
): Promise<{ basis: Basis; analyses: Analyses }> {
  let { documents, analyses } = await countAll(reader, scope, units, outside);
  const unknown = units.filter((_, index) => total(documents, index) === 0);
  const texts = outside.map(({ text }) => text);
  const corrections = await correct(reader, unknown, texts);
  const corrected = withCorrections(units, corrections);
  if (Object.keys(corrections).length > 0)
    ({ documents, analyses } = await countAll(reader, scope, corrected, outside));
  const ranked = chooseUnits(corrected, documents);
  const pick = (counts: readonly number[]): number[] => ranked.map((index) => counts[index] ?? 0);
  const basis = {
    ranked,
    rows: {
      event: scope.event?.indexed ?? 0,
      message: scope.message?.indexed ?? 0,
      outside: outside.length,
    },
    documents: {
      event: pick(documents.event),
      message: pick(documents.message),
      outside: pick(documents.outside),
    },
    corrections,
  };
  return { basis, analyses: narrowed(analyses, ranked) };
}

/** The analyses with the frequencies of these units only. */
function narrowed(analyses: Analyses, ranked: readonly number[]): Analyses {
  return new Map(
    Array.from(analyses, ([row, { frequencies, words }]) => [
      row,
      { frequencies: Float64Array.from(ranked, (unit) => frequencies[unit] ?? 0), words },
    ]),
  );
}

/** Analyses rows, and leaves out those that hold nothing. */
export function analyseAll<Row extends { readonly text: string }>(
  rows: readonly Row[],
  analyser: Analyser,
  known?: Analyses,
): Analysed<Row>[] {
  return rows
    .map((row) => ({ row, analysis: known?.get(row) ?? analyser.analyse(row.text) }))
    .filter(({ analysis }) => holdsAny(analysis));
}

async function countAll(
  reader: ThreadReader,
  scope: Scope,
  units: readonly Unit[],
  rows: readonly Texted[],
): Promise<{ documents: Counted<readonly number[]>; analyses: Analyses }> {
  const counted: Record<IndexedKind, readonly number[]> = { event: [], message: [] };
  for (const kind of INDEXED_KINDS) {
    if ((scope[kind]?.indexed ?? 0) > 0) counted[kind] = await countDocuments(reader, kind, units);
  }
  const analyser = new Analyser(units);
  const outside = units.map(() => 0);
  const analyses = new Map(rows.map((row) => [row, analyser.analyse(row.text)]));
  for (const { frequencies } of analyses.values()) {
    frequencies.forEach((frequency, unit) => {
      if (frequency > 0) outside[unit] = (outside[unit] ?? 0) + 1;
    });
  }
  return { documents: { ...counted, outside }, analyses };
}

function total({ event, message, outside }: Counted<readonly number[]>, index: number): number {
  return (event[index] ?? 0) + (message[index] ?? 0) + (outside[index] ?? 0);
}

/** The places of the units to rank by. */
function chooseUnits(units: readonly Unit[], documents: Counted<readonly number[]>): number[] {
  const places = units.map((_, index) => index);
  if (places.length <= MAX_RANKED_UNITS) return places;
  return places
    .filter((index) => total(documents, index) > 0)
    .sort((one, other) => total(documents, one) - total(documents, other))
    .slice(0, RAREST_UNITS);
}

function weighted(units: readonly Unit[], { rows, documents }: Basis, asksWhen: boolean): WeightedQuery {
  const all = rows.event + rows.message + rows.outside;
  const totals = units.map((_, index) => total(documents, index));
  const weights = totals.map((count) => weightOf(count, all));
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  return { units, weights, documents: totals, totalWeight, asksWhen };
}
