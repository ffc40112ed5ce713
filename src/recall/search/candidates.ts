import type { IndexedKind, Match, MatchBounds, ThreadReader } from '../../database/programs.js';
import type { IndexFilter } from './filters.js';
import { readAll } from './rows.js';
import type { Unit } from './unit.js';
import { weightOf } from './weights.js';

/** So many rows are ranked. */
const MAX_CANDIDATES = 400;
const MAX_UNITS = 32;
/** The rarest of the common units tell the rows of the rare ones apart. */
const TELLING_UNITS = 3;
/** Common units are looked for together, in the newest rows. */
const MAX_JOINED_UNITS = 6;
const NEWEST_ROWS = 300;
/** Entries of the index that conjunctions may take: a million is some 45 ms. */
const MAX_JOINED_ENTRIES = 300_000;
/** So many of the newest rows are looked up to see whether they pass a filter. */
const MAX_COMPARED = 30_000;

/** A unit, and in how many rows of the index it is. */
export interface IndexedUnit {
  readonly unit: Unit;
  readonly documents: number;
}

export interface CandidateQuery {
  readonly kind: IndexedKind;
  readonly units: readonly IndexedUnit[];
  /** How many rows the index holds. */
  readonly rows: number;
  readonly filter: IndexFilter;
  readonly upTo: number;
}

/**
 * The rows of the index that are worth ranking, by the weight of the units that they hold: a bounded number, in a bounded
 * time. It depends on nothing but the index, so that every page of a search has the same ones.
 */
export async function findCandidates(reader: ThreadReader, query: CandidateQuery): Promise<number[]> {
  const search = new CandidateSearch(reader, query);
  await search.takeRare();
  await search.tellApart();
  await search.takeNewestOfCommon();
  return search.best();
}

class CandidateSearch {
  private readonly rare: readonly IndexedUnit[];
  private readonly common: readonly IndexedUnit[];
  private readonly scores = new Map<number, number>();
  private entries = 0;

  constructor(
    private readonly reader: ThreadReader,
    private readonly query: CandidateQuery,
  ) {
    const found = query.units.filter(({ documents }) => documents > 0);
    const rarestFirst = found.sort((one, other) => one.documents - other.documents).slice(0, MAX_UNITS);
    const rare = countRare(rarestFirst, reader.dialect.search.unorderedRows);
    this.rare = rarestFirst.slice(0, rare);
    this.common = rarestFirst.slice(rare);
  }

  async takeRare(): Promise<void> {
    for (const unit of this.rare) await this.addWeight(unit, unit.unit.match);
  }

  /** Where rare units gave more than are ranked, those that hold common ones too are better. */
  async tellApart(): Promise<void> {
    if (this.scores.size <= MAX_CANDIDATES) return;
    const any = { any: this.rare.map(({ unit }) => unit.match) };
    for (const unit of this.common.slice(0, TELLING_UNITS)) {
      await this.addWeight(unit, { all: [any, unit.unit.match] });
    }
  }

  /**
   * Where rare units gave too few: the newest rows that hold most of the common ones, first all of them, then all but one,
   * then fewer; at least those with the rarest.
   */
  async takeNewestOfCommon(): Promise<void> {
    if (this.scores.size >= MAX_CANDIDATES) return;
    const joined = this.common.slice(0, MAX_JOINED_UNITS);
    await this.takeJoined(joined);
    if (this.query.filter.newest.length > 0) await this.takeOldest(joined.slice(0, 1));
  }

  private async takeJoined(joined: readonly IndexedUnit[]): Promise<void> {
    for (let length = joined.length; length >= 1; length--) {
      if (!(await this.takeNewest(joined.slice(0, length)))) return;
      if (length < joined.length || length < 3) continue;
      for (let index = 0; index + 1 < length; index++) {
        if (!(await this.takeNewest(joined.filter((_, other) => other !== index)))) return;
      }
    }
  }

  best(): number[] {
    const best = [...this.scores];
    if (best.length > MAX_CANDIDATES) {
      best.sort(([oneId, one], [otherId, other]) => other - one || otherId - oneId);
    }
    return best.slice(0, MAX_CANDIDATES).map(([id]) => id);
  }

  private async addWeight({ documents }: IndexedUnit, match: Match, bounds: MatchBounds = {}): Promise<void> {
    const weight = weightOf(documents, this.query.rows);
    for (const id of await this.matching(match, bounds))
      this.scores.set(id, (this.scores.get(id) ?? 0) + weight);
  }

  /** @returns whether more rows are needed. */
  private async takeNewest(units: readonly IndexedUnit[]): Promise<boolean> {
    if (this.scores.size >= NEWEST_ROWS) return false;
    this.entries += this.entriesOf(units);
    if (units.length > 1 && this.entries > MAX_JOINED_ENTRIES) return true;
    const score = units.reduce((sum, { documents }) => sum + weightOf(documents, this.query.rows), 0);
    const match = { all: [...units.map(({ unit }) => unit.match), ...this.query.filter.newest] };
    for (const id of await this.matching(match, { newest: NEWEST_ROWS })) {
      if ((this.scores.get(id) ?? 0) < score) this.scores.set(id, score);
    }
    return true;
  }

  /** Where only an end is given, and the years before it have too few. */
  private async takeOldest(units: readonly IndexedUnit[]): Promise<void> {
    if (this.scores.size >= NEWEST_ROWS) return;
    for (const unit of units) await this.addWeight(unit, unit.unit.match, { oldest: NEWEST_ROWS });
  }

  /** About how many entries a conjunction takes: all of its rarest unit, unless enough rows are found before. */
  private entriesOf(units: readonly IndexedUnit[]): number {
    const { rows } = this.query;
    const least = Math.min(...units.map(({ documents }) => documents));
    const expected = units.reduce((share, { documents }) => share * Math.min(1, documents / rows), rows);
    return units.length * least * Math.min(1, NEWEST_ROWS / Math.max(1, expected));
  }

  private async matching(match: Match, bounds: MatchBounds): Promise<number[]> {
    const { kind, filter, upTo } = this.query;
    const isPlain = filter.always.length === 0 && filter.not === undefined;
    const all = isPlain ? match : { all: [match, ...filter.always], not: filter.not };
    const query = this.reader.dialect.search.matching(kind, all, {
      ...bounds,
      upTo,
      where: filter.where,
      among: MAX_COMPARED,
    });
    return (await readAll<{ id: number }>(this.reader, query)).map(({ id }) => Number(id));
  }
}

/** Rows of rare units are all taken, as long as they are no more than this. */
function countRare(units: readonly IndexedUnit[], most: number): number {
  let sum = 0;
  const first = units.findIndex(({ documents }) => (sum += documents) > most);
  return first < 0 ? units.length : first;
}
