import type { Match } from '../../database/programs.js';
import { isCountedTerm } from '../../text/indexed-text.js';

/** A part of a query that a text may hold: a word, words that begin so, or words that follow one another. */
export type Unit = WordUnit | PrefixUnit | SequenceUnit;

interface UnitBase {
  /** Units with the same key are one. */
  readonly key: string;
  /** As it is written in the query, folded. */
  readonly text: string;
  /** How the index finds it. */
  readonly match: Match;
}

export interface WordUnit extends UnitBase {
  readonly form: 'word';
  readonly stem: string;
}

export interface PrefixUnit extends UnitBase {
  readonly form: 'prefix';
  readonly prefix: string;
}

export interface SequenceUnit extends UnitBase {
  readonly form: 'sequence';
  readonly stems: readonly string[];
}

/** Whether the index keeps in how many rows it is. */
export function isPlain(unit: Unit): unit is WordUnit {
  return unit.form === 'word' && isCountedTerm(unit.stem);
}
