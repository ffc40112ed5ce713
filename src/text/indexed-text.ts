import { documentText } from './document-text.js';
import { cutLongWords, foldWords, isAscii } from './fold.js';
import { identifierTermsOf } from './identifiers.js';
import { patternOf } from './pattern.js';
import { stemOf } from './stem.js';
import { dateTags, tagOf } from './tags.js';
import { tokensOf } from './tokens.js';

/** How much of a row is indexed. */
export const MAX_INDEXED_CHARACTERS = 20_000;

/** What the entry of a table in the catalogue says of its text index. */
export interface SearchedEntry {
  /** The form of each column; of a `document` the values are indexed. */
  readonly columns: Readonly<Record<string, string>>;
  readonly timeField: string;
  readonly search: {
    readonly body: readonly string[];
    readonly tags: Readonly<Partial<Record<string, string>>>;
    readonly hasPattern?: boolean;
  };
}

/** A row by the names of its fields. */
export type SearchedRow = Readonly<Record<string, unknown>>;

/** What the text index takes in of a row. */
export interface IndexedText {
  readonly body: string;
  readonly tags: string;
}

/** The text of a row that is searched, as it was written: a line for each field. */
export function searchedText(row: SearchedRow, { columns, search }: SearchedEntry, max: number): string {
  const texts = search.body.map((field) => {
    const text = textOf(row[field]).slice(0, max);
    return columns[field] === 'document' ? documentText(text) : text;
  });
  return texts
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, max);
}

/** What the text index takes in of a row: a pure function of it. The texts of the row may be cut at the maximum. */
export function indexedText(row: SearchedRow, entry: SearchedEntry): IndexedText {
  const text = searchedText(row, entry, MAX_INDEXED_CHARACTERS).replace(/\0/g, ' ');
  const words = cutLongWords(text);
  const body = isAscii(words) ? words : foldWords(words);
  return { body: [body, ...identifierTermsOf(text)].join(' '), tags: tagsOf(row, entry).join(' ') };
}

/** The stems of what is indexed, each with its positions from 1 on, as FTS5 makes them of the same text. */
export function lexemesOf({ body, tags }: IndexedText): Map<string, number[]> {
  const lexemes = new Map<string, number[]>();
  [...tokensOf(body), ...tags.split(' ').filter((tag) => tag !== '')].forEach((token, index) => {
    const stem = stemOf(token);
    const positions = lexemes.get(stem);
    if (positions === undefined) lexemes.set(stem, [index + 1]);
    else positions.push(index + 1);
  });
  return lexemes;
}

/** The stems of plain letters in an indexed text, whose documents are counted: no tag and no identifier is among them. */
export function countedTermsOf({ body }: IndexedText): Set<string> {
  return new Set(
    tokensOf(body)
      .map(stemOf)
      .filter((stem) => isCountedTerm(stem)),
  );
}

export function isCountedTerm(stem: string): boolean {
  return /^[a-z]{2,20}$/.test(stem);
}

function tagsOf(row: SearchedRow, { search, timeField }: SearchedEntry): string[] {
  const tags = Object.entries(search.tags).flatMap(([field, letter]) => {
    const value = textOf(row[field]);
    return letter === undefined || value === '' ? [] : [tagOf(letter, value)];
  });
  return [...tags, ...dateTags(textOf(row[timeField])), ...(search.hasPattern ? patternTags(row) : [])];
}

function patternTags(row: SearchedRow): string[] {
  const [source, type, summary] = [textOf(row['source']), textOf(row['type']), textOf(row['summary'])];
  const node = row['node'] === null || row['node'] === undefined ? null : textOf(row['node']);
  const { term, nodeTerm } = patternOf({ source, type, node, summary });
  return [term, nodeTerm];
}

/** A file of the first backend may hold any type in any column. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
