import { isAscii } from '../../text/fold.js';
import { MAX_INDEXED_CHARACTERS } from '../../text/indexed-text.js';
import { stemOf } from '../../text/stem.js';
import { tokensOf } from '../../text/tokens.js';
import { SequenceTree, type PlacedSequence } from './sequence-tree.js';
import type { Unit } from './unit.js';

/** As much of a text is looked at first; what holds nothing there is read to the end of what is indexed. */
const MAX_CHARACTERS = 4000;
const CHARACTERS_PER_WORD = 5.5;
const PLAIN = /^[a-z0-9]+$/;
/** Without the start, it would be tried at each character. */
const NOWHERE = /^(?!)/g;

/** How often each unit is in a text. */
export interface Analysis {
  readonly frequencies: Float64Array;
  readonly words: number;
}

/**
 * Counts the units of a query in texts. A text of ASCII is not taken apart into words: one expression finds the words that
 * begin like a unit, and only those are stemmed.
 */
export class Analyser {
  private readonly stems = new Map<string, number>();
  private readonly prefixes = new Map<string, number>();
  private readonly prefixLengths: readonly number[];
  private readonly sequences = new SequenceTree();
  private readonly beginnings: RegExp;
  private readonly sequenceBeginnings: RegExp;
  private readonly known = new Map<string, number>();

  constructor(readonly units: readonly Unit[]) {
    units.forEach((unit, index) => {
      if (unit.form === 'word') this.stems.set(unit.stem, index);
      else if (unit.form === 'prefix') this.prefixes.set(unit.prefix, index);
      else this.sequences.add(unit, index);
    });
    this.prefixLengths = [...new Set([...this.prefixes.keys()].map(({ length }) => length))];
    this.beginnings = beginningsOf([...this.stems.keys(), ...this.prefixes.keys()]);
    this.sequenceBeginnings = beginningsOf(this.sequences.beginnings);
  }

  analyse(text: string): Analysis {
    const analysis = this.count(text.slice(0, MAX_CHARACTERS));
    if (text.length <= MAX_CHARACTERS || holdsAny(analysis)) return analysis;
    return this.count(text.slice(0, MAX_INDEXED_CHARACTERS));
  }

  /** The unit that a folded word is, or -1. */
  unitOf(word: string): number {
    let unit = this.known.get(word);
    if (unit === undefined) {
      unit = this.stems.get(stemOf(word)) ?? this.prefixUnitOf(word) ?? -1;
      this.known.set(word, unit);
    }
    return unit;
  }

  /** Where sequences begin in a list of stems. */
  sequencesIn(stems: readonly string[]): Iterable<PlacedSequence> {
    return this.sequences.findIn(stems);
  }

  private prefixUnitOf(word: string): number | undefined {
    const length = this.prefixLengths.find((one) => this.prefixes.has(word.slice(0, one)));
    return length === undefined ? undefined : this.prefixes.get(word.slice(0, length));
  }

  private count(text: string): Analysis {
    const frequencies = new Float64Array(this.units.length);
    return isAscii(text) ? this.countPlain(text, frequencies) : this.countWords(text, frequencies);
  }

  private countPlain(text: string, frequencies: Float64Array): Analysis {
    eachMatch(this.beginnings, text, (word) => {
      add(frequencies, this.unitOf(word.toLowerCase()));
    });
    this.sequenceBeginnings.lastIndex = 0;
    if (this.sequenceBeginnings.test(text)) this.countSequences(tokensOf(text), frequencies);
    return { frequencies, words: text.length / CHARACTERS_PER_WORD };
  }

  private countWords(text: string, frequencies: Float64Array): Analysis {
    const words = tokensOf(text);
    for (const word of words) add(frequencies, this.unitOf(word));
    if (!this.sequences.isEmpty) this.countSequences(words, frequencies);
    return { frequencies, words: words.length };
  }

  private countSequences(words: readonly string[], frequencies: Float64Array): void {
    for (const { unit } of this.sequencesIn(words.map(stemOf))) add(frequencies, unit);
  }
}

export function holdsAny({ frequencies }: Analysis): boolean {
  return frequencies.some((frequency) => frequency > 0);
}

/** `matchAll` would copy the expression for each text. */
function eachMatch(pattern: RegExp, text: string, found: (match: string) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) found(match[0]);
}

function add(frequencies: Float64Array, unit: number): void {
  if (unit >= 0) frequencies[unit] = (frequencies[unit] ?? 0) + 1;
}

/** Words of which a stem may be one of these: Porter's algorithm changes no more than the last letter that it leaves. */
function beginningsOf(stems: readonly string[]): RegExp {
  const beginnings = stems.filter((stem) => PLAIN.test(stem)).map(beginningOf);
  if (beginnings.length === 0) return NOWHERE;
  return new RegExp(`(?<![a-z0-9])(?:${[...new Set(beginnings)].join('|')})[a-z0-9]*`, 'gi');
}

function beginningOf(stem: string): string {
  return stem.length > 2 ? stem.slice(0, -1) : stem;
}
