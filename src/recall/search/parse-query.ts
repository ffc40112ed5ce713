import { cutLongWords, isUnspaced } from '../../text/fold.js';
import { identifierTerm, matchIdentifiers } from '../../text/identifiers.js';
import { stemOf } from '../../text/stem.js';
import { STOP_WORDS } from '../../text/stop-words.js';
import { tokensOf } from '../../text/tokens.js';
import { asksWhen } from './dates.js';
import { isPlain, type Unit } from './unit.js';

export const MAX_QUERY_CHARACTERS = 10_000;
const MAX_UNITS = 400;
/** Of units whose rows the index counts one by one. */
const MAX_COUNTED_UNITS = 64;
const MAX_IDENTIFIERS = 200;
const MAX_SEQUENCE = 40;
/** Words of other scripts are inflected by their last letters. */
const LEAST_PREFIXED = 5;
const PREFIX_ENDING = 2;
const LEAST_PREFIX = 4;

const QUOTED = /"([^"]{3,200})"/g;
const SHORT_NUMBER = /^\d{1,2}$/;

export interface ParsedQuery {
  readonly text: string;
  readonly units: readonly Unit[];
  /** Whether it holds words at all; without units they are words that every text has. */
  readonly hasWords: boolean;
  readonly asksWhen: boolean;
}

/** Takes a query apart. Any text is a query: what means nothing is left out. */
export function parseQuery(query: string): ParsedQuery {
  const text = query.slice(0, MAX_QUERY_CHARACTERS).replaceAll('\0', ' ');
  const units = new UnitCollector();
  let rest = cutLongWords(text).replace(QUOTED, (_, quoted: string) => {
    const words = tokensOf(quoted);
    if (words.length < 2) return ` ${quoted} `;
    units.addSequence(words);
    return ' ';
  });
  rest = takeIdentifiers(rest, units);
  for (const words of unspacedRuns(tokensOf(rest))) units.addRun(words);
  return { text, units: units.all, hasWords: units.hasWords, asksWhen: asksWhen(text) };
}

/** Adds the identifiers, whole and by parts. @returns what is left of the text. */
function takeIdentifiers(text: string, units: UnitCollector): string {
  let rest = '';
  let end = 0;
  let count = 0;
  for (const { 0: identifier, index } of matchIdentifiers(text)) {
    const words = tokensOf(identifier);
    if (words.length < 2 || !/[\d:_/@.]/.test(identifier)) continue;
    if (++count > MAX_IDENTIFIERS) break;
    units.addIdentifier(identifier, words);
    rest += `${text.slice(end, index)} `;
    end = index + identifier.length;
  }
  return rest + text.slice(end);
}

/** The words, each for itself, and characters of scripts without spaces as far as they follow one another. */
function* unspacedRuns(tokens: readonly string[]): Iterable<string[]> {
  let run: string[] = [];
  for (const token of tokens) {
    if (isUnspaced(token)) run.push(token);
    else {
      if (run.length > 0) yield run;
      run = [];
      yield [token];
    }
  }
  if (run.length > 0) yield run;
}

class UnitCollector {
  hasWords = false;
  private readonly units = new Map<string, Unit>();

  get all(): readonly Unit[] {
    let counted = 0;
    return [...this.units.values()]
      .filter((unit) => isPlain(unit) || ++counted <= MAX_COUNTED_UNITS)
      .slice(0, MAX_UNITS);
  }

  /** A run of characters is searched by pairs: two are nearly always a word or a part of one. */
  addRun(words: readonly string[]): void {
    const [first] = words;
    if (words.length === 1 && first !== undefined) this.addWord(first);
    for (let index = 0; index + 1 < words.length; index++) this.addSequence(words.slice(index, index + 2));
  }

  addIdentifier(identifier: string, words: readonly string[]): void {
    const term = identifierTerm(identifier);
    if (term === undefined) this.addSequence(words);
    else
      this.add({
        form: 'sequence',
        key: term,
        text: identifier,
        match: { word: term },
        stems: stemsOf(words),
      });
    for (const word of words) if (word.length > 2 && !SHORT_NUMBER.test(word)) this.addWord(word);
  }

  addSequence(words: readonly string[]): void {
    const phrase = words.slice(0, MAX_SEQUENCE);
    const text = phrase.join(' ');
    this.add({ form: 'sequence', key: `"${text}"`, text, match: { phrase }, stems: stemsOf(phrase) });
  }

  addWord(word: string): void {
    this.hasWords = true;
    if (STOP_WORDS.has(word)) return;
    const letters = [...word];
    if (/^[a-z0-9]+$/.test(word) || letters.length < LEAST_PREFIXED) {
      const stem = stemOf(word);
      this.add({ form: 'word', key: stem, text: word, match: { word }, stem });
    } else {
      const prefix = letters.slice(0, Math.max(LEAST_PREFIX, letters.length - PREFIX_ENDING)).join('');
      this.add({ form: 'prefix', key: `${prefix}*`, text: word, match: { prefix }, prefix });
    }
  }

  private add(unit: Unit): void {
    this.hasWords = true;
    if (!this.units.has(unit.key)) this.units.set(unit.key, unit);
  }
}

function stemsOf(words: readonly string[]): string[] {
  return words.map(stemOf);
}
