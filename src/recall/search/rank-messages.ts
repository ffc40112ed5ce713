import type { ThreadReader } from '../../database/programs.js';
import { holdsAny, type Analyser } from './analyser.js';
import { namesTime } from './dates.js';
import { MAX_SCANNED_CHARACTERS, readTextsById, type MessageRow } from './rows.js';
import {
  saturatedSum,
  scoreOf,
  textScore,
  withDate,
  type Analysed,
  type Ranked,
  type WeightedQuery,
} from './scoring.js';
import { inOrder, readWindows, type Turn } from './session-windows.js';

/** What a word in the turns next to a message counts for: an answer seldom repeats the words of its question. */
const KERNEL = [0.4, 0.2, 0.1];
/** A turn that follows tells less about the message than one before. */
const FOLLOWING = 0.7;
/** A conversation about it is better than one turn. */
const SESSION_WEIGHT = 0.2;
const SESSION_SATURATION = 1.2;
/** Who asks finds the answer, not the same question. */
const QUESTION_PENALTY = -0.1;
const TIME_BONUS = 0.1;

/** So many messages are ranked with their neighbours. */
const MAX_SEEDS = 100;
/** Messages so near to one that was found may be better than it. */
const REACH = 2;
/** Turns around it that are read. */
const WINDOW = REACH + 1;
/** Where neighbours are not known, messages of one session within this time are taken for such. */
const NEAR_MS = 3_600_000;

/** A part of a session without gaps, in its order. */
type Part = readonly Analysed<MessageRow>[];

/**
 * Scores messages with the turns around them. First roughly among those that were found, then the best of them with the
 * turns of their sessions, which are results as well.
 * @param newest messages above this id are left out.
 */
export async function rankMessages(
  reader: ThreadReader,
  found: readonly Analysed<MessageRow>[],
  query: WeightedQuery,
  analyser: Analyser,
  newest: number,
): Promise<Ranked<MessageRow>[]> {
  const seeds = chooseSeeds(found, query);
  const windows = await readWindows(
    reader,
    seeds.map(({ row }) => row),
    WINDOW,
    newest,
  );
  const known = new Map(found.map((one) => [one.row.id, one]));
  const missing = windows.flat().flatMap(({ id }) => (known.has(id) ? [] : [id]));
  for (const row of await readTextsById(reader, 'message', missing, MAX_SCANNED_CHARACTERS)) {
    known.set(row.id, { row, analysis: analyser.analyse(row.text) });
  }
  const parts = windows.map((window) => analysedPart(window, known));
  return rankParts(parts, new Set(seeds.map(({ row }) => row.id)), query);
}

function analysedPart(window: readonly Turn[], known: ReadonlyMap<number, Analysed<MessageRow>>): Part {
  return window.flatMap(({ id }) => known.get(id) ?? []);
}

/** Ranks the turns near to seeds. */
export function rankParts(
  parts: readonly Part[],
  seeds: ReadonlySet<number>,
  query: WeightedQuery,
): Ranked<MessageRow>[] {
  const sessions = sessionScores(parts, query);
  return parts.flatMap((part) =>
    part.flatMap((one, at) => {
      if (!isNearSeed(part, at, seeds)) return [];
      const spread = spreadFrequencies(part, at, query.units.length);
      const frequencies = withDate(spread, one.row.timestamp, query.units);
      const text = textScore(query, frequencies, one.analysis.words);
      if (text === 0) return [];
      const scored = {
        text,
        session: sessions.get(one.row.sessionId) ?? 0,
        question: /\?\s*$/.test(one.row.text) ? QUESTION_PENALTY : 0,
        when: query.asksWhen && namesTime(one.row.text) ? TIME_BONUS : 0,
      };
      return [{ row: one.row, score: scoreOf(scored), frequencies, parts: scored }];
    }),
  );
}

function isNearSeed(part: Part, at: number, seeds: ReadonlySet<number>): boolean {
  return part.slice(Math.max(0, at - REACH), at + REACH + 1).some(({ row }) => seeds.has(row.id));
}

/** The frequencies in a turn, and a part of those in the turns around it. */
function spreadFrequencies(part: Part, at: number, units: number): Float64Array {
  const sum = new Float64Array(units);
  addTimes(sum, part[at], 1);
  KERNEL.forEach((share, index) => {
    addTimes(sum, part[at - index - 1], share);
    addTimes(sum, part[at + index + 1], share * FOLLOWING);
  });
  return sum;
}

function addTimes(sum: Float64Array, one: Analysed<MessageRow> | undefined, factor: number): void {
  one?.analysis.frequencies.forEach((frequency, unit) => {
    if (frequency > 0) sum[unit] = (sum[unit] ?? 0) + factor * frequency;
  });
}

/** What all turns of a session that were read hold together. */
function sessionScores(parts: readonly Part[], query: WeightedQuery): Map<string, number> {
  const sums = new Map<string, Float64Array>();
  for (const one of parts.flat()) {
    const sum = sums.get(one.row.sessionId) ?? new Float64Array(query.units.length);
    sums.set(one.row.sessionId, sum);
    addTimes(sum, one, 1);
  }
  const scores = new Map<string, number>();
  for (const [session, sum] of sums) {
    scores.set(
      session,
      (SESSION_WEIGHT * saturatedSum(query.weights, sum, SESSION_SATURATION)) / query.totalWeight,
    );
  }
  return scores;
}

function chooseSeeds(found: readonly Analysed<MessageRow>[], query: WeightedQuery): Analysed<MessageRow>[] {
  const seeds = found.filter(({ analysis }) => holdsAny(analysis));
  if (seeds.length <= MAX_SEEDS) return seeds;
  return nearParts(seeds)
    .flatMap((part) =>
      part.map((one, at) => ({
        one,
        score: textScore(query, spreadFrequencies(part, at, query.units.length), one.analysis.words),
      })),
    )
    .sort((one, other) => other.score - one.score || other.one.row.id - one.one.row.id)
    .slice(0, MAX_SEEDS)
    .map(({ one }) => one);
}

/** Messages that are probably near to one another in their session. */
function nearParts(found: readonly Analysed<MessageRow>[]): Part[] {
  const sorted = [...found].sort(
    (one, other) => compare(one.row.sessionId, other.row.sessionId) || inOrder(one.row, other.row),
  );
  const parts: Analysed<MessageRow>[][] = [];
  for (const one of sorted) {
    const part = parts.at(-1);
    const last = part?.at(-1)?.row;
    if (part && last?.sessionId === one.row.sessionId && isSoonAfter(last, one.row)) part.push(one);
    else parts.push([one]);
  }
  return parts;
}

function isSoonAfter(one: MessageRow, other: MessageRow): boolean {
  return Date.parse(other.timestamp) - Date.parse(one.timestamp) <= NEAR_MS;
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
