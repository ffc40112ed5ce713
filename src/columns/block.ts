import { ByteReader, ByteWriter } from './bytes.js';
import { readColumn, writeColumn, type Column, type ColumnSinks } from './column.js';
import { DamagedBlock } from './damaged-block.js';
import { PlaneReader, PlaneWriter } from './planes.js';
import { PLACE, splitValues } from './values.js';

/** So many columns of a block are looked up when it is opened; texts with more values are kept whole. */
const MAX_COLUMNS = 20_000;
const BYTES_OF_COLUMN = 150;

/** Texts of the same shape: they differ in values only. */
interface Group {
  readonly template: string;
  readonly rows: (readonly string[])[];
}

/**
 * Puts texts together. Of texts that differ in numbers and strings only, what they share is kept once, and what differs in
 * columns, each of which holds the values of one place: its numbers are alike, and compress well. Any text is taken.
 */
export function writeTexts(texts: readonly string[]): Buffer {
  const groups: Group[] = [];
  const order = groupTexts(texts, groups);
  const [head, templates] = [new ByteWriter(), new ByteWriter()];
  const sinks = { heads: new ByteWriter(), texts: new ByteWriter(), numbers: new PlaneWriter() };
  head.varint(texts.length);
  head.varint(groups.length);
  for (const group of groups) {
    const template = Buffer.from(writeGroup(group, sinks));
    head.varint(template.length);
    templates.bytes(template);
  }
  for (const index of order) head.varint(index);
  const parts = [head, templates, sinks.heads, sinks.texts].map((part) => part.result());
  return Buffer.concat(withLengths([...parts, ...sinks.numbers.results()]));
}

/**
 * A block with one text, which is kept whole: to look for its values would take a large text some time.
 * @param parts the UTF-8 of the text.
 * @returns the bytes in parts, those of the text as they are.
 */
export function writeWholeText(parts: readonly Buffer[]): Buffer[] {
  const head = new ByteWriter();
  for (const value of [1, 1, lengthOf(parts), 0]) head.varint(value);
  const heads = new ByteWriter();
  heads.varint(0);
  const nothing = new PlaneWriter().results();
  return withLengths([head.result(), parts, heads.result(), Buffer.alloc(0), ...nothing]);
}

/** Each part with its length before it. */
function withLengths(parts: readonly (Buffer | readonly Buffer[])[]): Buffer[] {
  return parts.flatMap((part) => {
    const pieces = Array.isArray(part) ? (part as readonly Buffer[]) : [part as Buffer];
    const length = new ByteWriter();
    length.varint(lengthOf(pieces));
    return [length.result(), ...pieces];
  });
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** @returns the index of the group of each text. */
function groupTexts(texts: readonly string[], groups: Group[]): number[] {
  const known = new Map<string, number>();
  let columns = 0;
  const whole = (text: string): number => groups.push({ template: text, rows: [[]] }) - 1;
  return texts.map((text) => {
    // A text that has the mark of a place by itself is no JSON.
    if (text.includes(PLACE)) return whole(text);
    const { template, values } = splitValues(text);
    let index = known.get(template);
    if (index === undefined) {
      if (columns + values.length > MAX_COLUMNS) return whole(text);
      columns += values.length;
      index = groups.push({ template, rows: [] }) - 1;
      known.set(template, index);
    }
    groups[index]?.rows.push(values);
    return index;
  });
}

/** Writes the columns in which the texts of a group differ. @returns the template with all other values in it. */
function writeGroup({ template, rows }: Group, sinks: ColumnSinks): string {
  const [first = []] = rows;
  if (first.length === 0) {
    sinks.heads.varint(0);
    return template;
  }
  const between = template.split(PLACE);
  const varying = first.map((value, place) => rows.some((row) => row[place] !== value));
  sinks.heads.varint(varying.filter(Boolean).length);
  let filled = between[0] ?? '';
  for (const [place, value] of first.entries()) {
    filled += (varying[place] ? PLACE : value) + (between[place + 1] ?? '');
    if (varying[place])
      writeColumn(
        rows.map((row) => row[place] ?? ''),
        sinks,
      );
  }
  return filled;
}

/** A group as it is read: a text that is kept whole, or what its texts share and where they differ. */
interface ReadGroup {
  readonly whole?: Buffer;
  readonly between: readonly string[];
  readonly columns: readonly Column[];
}

/** The texts that `writeTexts` has put together; each is made again by itself. */
export class TextBlock {
  private readonly groups: readonly ReadGroup[];
  /** The group of each text. */
  private readonly groupOf: readonly number[];
  /** Its place among the texts of the group. */
  private readonly placeOf: readonly number[];

  /** How much memory it holds, about. */
  readonly bytes: number;

  /** @throws RangeError where the bytes are of something else. */
  constructor(bytes: Buffer) {
    const reader = new ByteReader(bytes);
    const part = (): Buffer => reader.bytes(reader.varint());
    const [head, templates] = [new ByteReader(part()), new ByteReader(part())];
    const [heads, texts] = [new ByteReader(part()), new ByteReader(part())];
    const sources = { heads, texts, numbers: new PlaneReader(part) };
    const count = head.varint();
    const sizes = Array.from({ length: head.varint() }, () => head.varint());
    const rows = sizes.map(() => 0);
    this.groupOf = Array.from({ length: count }, () => head.varint());
    this.placeOf = this.groupOf.map((group) => {
      const place = rows[group] ?? 0;
      rows[group] = place + 1;
      return place;
    });
    this.groups = sizes.map((size, index) => {
      const columns = heads.varint();
      if (columns === 0) return { whole: templates.bytes(size), between: [], columns: [] };
      return {
        between: templates.text(size).split(PLACE),
        columns: Array.from({ length: columns }, () => readColumn(rows[index] ?? 0, sources)),
      };
    });
    const columns = this.groups.reduce((sum, group) => sum + group.columns.length, 0);
    this.bytes = bytes.length + columns * BYTES_OF_COLUMN;
  }

  get count(): number {
    return this.groupOf.length;
  }

  /** @throws DamagedBlock where there is no such text. */
  textAt(index: number): string {
    const { whole, between, columns } = this.groupAt(index);
    if (whole) return whole.toString();
    const place = this.placeOf[index] ?? 0;
    let text = between[0] ?? '';
    columns.forEach((column, at) => {
      text += column(place) + (between[at + 1] ?? '');
    });
    return text;
  }

  /** The UTF-8 of a text that is kept whole; undefined for others. @throws DamagedBlock where there is no such text. */
  utf8At(index: number): Buffer | undefined {
    return this.groupAt(index).whole;
  }

  private groupAt(index: number): ReadGroup {
    const group = this.groups[this.groupOf[index] ?? -1];
    if (!group) throw new DamagedBlock(`it has no text ${index}`);
    return group;
  }
}
