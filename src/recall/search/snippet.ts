import { isUnspaced } from '../../text/fold.js';
import { stemOf } from '../../text/stem.js';
import { tokensOf } from '../../text/tokens.js';
import type { Analyser } from './analyser.js';
import type { Snippet } from './search.types.js';

const MAX_CHARACTERS = 240;
/** Before the first hit, so that it is read in its sentence. */
const LEAD_CHARACTERS = 40;
const ELLIPSIS = '…';
const WORD = /[\p{L}\p{M}\p{N}\p{Co}]+/gu;

/** A word of a text as it is written, folded, and where it is. */
interface PlacedWord {
  readonly token: string;
  readonly from: number;
  readonly to: number;
}

/** A part of a text that holds a unit of the query. */
interface PlacedHit {
  readonly unit: number;
  readonly from: number;
  readonly to: number;
}

/** The part of a text where most of the query is, with the places of what was found in it. */
export function snippetOf(text: string, analyser: Analyser, weights: readonly number[]): Snippet {
  const words = placedWords(text);
  const hits = placedHits(words, analyser);
  const [from, to] = densestPart(text, words, hits, weights);
  const before = from > 0 ? ELLIPSIS : '';
  const after = to < text.length ? ELLIPSIS : '';
  const shift = before.length - from;
  const inside = hits.filter((hit) => hit.from >= from && hit.to <= to);
  return {
    text: `${before}${text.slice(from, to)}${after}`,
    matches: joinHits(inside).map((hit) => [hit.from + shift, hit.to + shift] as const),
  };
}

/** The words of a text that stand for a unit, as they are written. */
export function wordsFor(unit: number, text: string, analyser: Analyser): string | undefined {
  const hit = placedHits(placedWords(text), analyser).find((one) => one.unit === unit);
  return hit && text.slice(hit.from, hit.to);
}

function placedWords(text: string): PlacedWord[] {
  const words: PlacedWord[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (isUnspaced(word)) words.push(...placedCharacters(word, index));
    else for (const token of tokensOf(word)) words.push({ token, from: index, to: index + word.length });
  }
  return words;
}

/** In a run that holds characters of scripts without spaces, each character is a word, and so is what is between them. */
function* placedCharacters(run: string, start: number): Iterable<PlacedWord> {
  let from = start;
  let open: PlacedWord | undefined;
  for (const character of run) {
    const to = from + character.length;
    const [token] = tokensOf(character);
    if (token !== undefined && isUnspaced(character)) {
      if (open) yield open;
      open = undefined;
      yield { token, from, to };
    } else if (token !== undefined) {
      open = { token: (open?.token ?? '') + token, from: open?.from ?? from, to };
    }
    from = to;
  }
  if (open) yield open;
}

function placedHits(words: readonly PlacedWord[], analyser: Analyser): PlacedHit[] {
  const hits: PlacedHit[] = words.flatMap(({ token, from, to }) => {
    const unit = analyser.unitOf(token);
    return unit < 0 ? [] : [{ unit, from, to }];
  });
  const stems = words.map(({ token }) => stemOf(token));
  for (const { unit, at, length } of analyser.sequencesIn(stems)) {
    const [first, last] = [words[at], words[at + length - 1]];
    if (first && last) hits.push({ unit, from: first.from, to: last.to });
  }
  return hits.sort((one, other) => one.from - other.from || other.to - one.to);
}

/** Where the weights of different units sum up to the most, from a word to a word. */
function densestPart(
  text: string,
  words: readonly PlacedWord[],
  hits: readonly PlacedHit[],
  weights: readonly number[],
): readonly [from: number, to: number] {
  if (text.length <= MAX_CHARACTERS) return [0, text.length];
  let best = { start: 0, weight: 0 };
  for (const [index, { from }] of hits.entries()) {
    const weight = weightWithin(hits, index, from + MAX_CHARACTERS - LEAD_CHARACTERS, weights);
    if (weight > best.weight) best = { start: from, weight };
  }
  const from = wordFrom(words, Math.max(0, best.start - LEAD_CHARACTERS)) ?? best.start;
  return [Math.min(from, best.start), wordTo(text, words, Math.min(from, best.start) + MAX_CHARACTERS)];
}

/** A unit that is there again counts for a tenth. */
function weightWithin(
  hits: readonly PlacedHit[],
  first: number,
  end: number,
  weights: readonly number[],
): number {
  const seen = new Set<number>();
  let sum = 0;
  for (let index = first; index < hits.length; index++) {
    const hit = hits[index];
    if (!hit || hit.to > end) break;
    sum += (weights[hit.unit] ?? 0) * (seen.has(hit.unit) ? 0.1 : 1);
    seen.add(hit.unit);
  }
  return sum;
}

/** The beginning of the text, or of the first word from there on. */
function wordFrom(words: readonly PlacedWord[], start: number): number | undefined {
  return start === 0 ? 0 : words.find(({ from }) => from >= start)?.from;
}

/** The end of the text, or of the last word before the end; of a very long word, any place between characters. */
function wordTo(text: string, words: readonly PlacedWord[], end: number): number {
  if (end >= text.length) return text.length;
  const last = words.findLast(({ to }) => to <= end);
  if (last && last.to > end - MAX_CHARACTERS / 2) return last.to;
  return /[\ud800-\udbff]$/.test(text.slice(0, end)) ? end - 1 : end;
}

/** Hits that overlap or touch become one. */
function joinHits(hits: readonly PlacedHit[]): { from: number; to: number }[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of hits) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}
