import type { ByteReader, ByteWriter } from './bytes.js';
import type { NumberList, PlaneReader, PlaneWriter } from './planes.js';
import { PLACE } from './values.js';

/** Where the parts of columns are written, so that like lies beside like. */
export interface ColumnSinks {
  /** How each column is kept. */
  readonly heads: ByteWriter;
  readonly texts: ByteWriter;
  readonly numbers: PlaneWriter;
}

export interface ColumnSources {
  readonly heads: ByteReader;
  readonly texts: ByteReader;
  readonly numbers: PlaneReader;
}

/** Reads one value of a column. */
export type Column = (place: number) => string;

const KIND = { text: 0, differences: 1, offsets: 2, decimals: 3 } as const;
const QUOTED = 8;
const TIME = 16;

const PLACE_BYTE = PLACE.charCodeAt(0);

const QUOTED_VALUE = /^"[^"\\]*"$/;
const WHOLE = /^(?:0|-?[1-9]\d{0,14})$/;
/** The double of it is a whole number that a JavaScript number can hold. */
const MAX_WHOLE = 2 ** 51;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const MAX_DIGITS = 18;
const LOW_DIGITS = 9;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Writes a column: the values at one place of all texts that share a template. */
export function writeColumn(values: readonly string[], sinks: ColumnSinks): void {
  const isQuoted = values.every((value) => QUOTED_VALUE.test(value));
  const inner = isQuoted ? values.map((value) => value.slice(1, -1)) : values;
  const flags = isQuoted ? QUOTED : 0;
  const times = isQuoted ? timesOf(inner) : undefined;
  if (times) writeWholes(times, flags + TIME, sinks);
  else if (inner.every(isWhole)) writeWholes(inner.map(Number), flags, sinks);
  else if (inner.every(isDecimal)) writeDecimals(inner, flags, sinks);
  else writeTexts(values, sinks);
}

/** Reads what `writeColumn` wrote. @param count how many values it has. */
export function readColumn(count: number, sources: ColumnSources): Column {
  const head = sources.heads.byte();
  const inner = innerOf(head % QUOTED, count, sources);
  if (head < QUOTED) return inner;
  if (head < TIME) return (place) => `"${inner(place)}"`;
  return (place) => `"${new Date(Number(inner(place))).toISOString()}"`;
}

function innerOf(kind: number, count: number, { heads, texts, numbers }: ColumnSources): Column {
  switch (kind) {
    case KIND.text:
      return textsOf(texts.bytes(heads.varint()));
    case KIND.differences:
      return differences(zigzagDecode(heads.varint()), numbers.read(count, heads));
    case KIND.offsets:
      return offsets(zigzagDecode(heads.varint()), numbers.read(count, heads));
    case KIND.decimals:
      return decimals(numbers.read(count, heads), numbers.read(count, heads), numbers.read(count, heads));
    default:
      throw new RangeError(`There is no kind of column ${kind}.`);
  }
}

function writeTexts(values: readonly string[], { heads, texts }: ColumnSinks): void {
  const all = Buffer.from(values.join(PLACE));
  heads.byte(KIND.text);
  heads.varint(all.length);
  texts.bytes(all);
}

/** Looks for a text from the one that was read before: most columns are read once, or one text after the other. */
function textsOf(all: Buffer): Column {
  let [at, start] = [0, 0];
  return (place) => {
    if (place < at) [at, start] = [0, 0];
    while (at < place) {
      start = endIn(all, start) + 1;
      at++;
    }
    return all.toString('utf8', start, endIn(all, start));
  };
}

function endIn(all: Buffer, start: number): number {
  const end = all.indexOf(PLACE_BYTE, start);
  return end < 0 ? all.length : end;
}

/** Counters are kept as the differences from one to the next, what goes up and down as its distance from the least. */
function writeWholes(values: readonly number[], flags: number, { heads, numbers }: ColumnSinks): void {
  const [first = 0] = values;
  const least = values.reduce((min, value) => Math.min(min, value), first);
  const offsets = values.map((value) => value - least);
  const steps = values.map((value, index) => zigzagEncode(value - (values[index - 1] ?? first)));
  const isSteady = bitsOf(steps) <= bitsOf(offsets);
  heads.byte(flags + (isSteady ? KIND.differences : KIND.offsets));
  heads.varint(zigzagEncode(isSteady ? first : least));
  numbers.write(isSteady ? steps : offsets, heads);
}

/** A sum of differences goes on from the value that was read before: texts are often read one after the other. */
function differences(first: number, steps: NumberList): Column {
  let [known, value] = [0, first];
  return (place) => {
    value = place < known ? sumFrom(first, steps, 0, place) : sumFrom(value, steps, known, place);
    known = place;
    return String(value);
  };
}

/** The sum is a variable of this function alone: one that a closure holds would be a new object at each step. */
function sumFrom(start: number, steps: NumberList, from: number, to: number): number {
  let sum = start;
  for (let place = from + 1; place <= to; place++) sum += zigzagDecode(steps.at(place));
  return sum;
}

function offsets(least: number, distances: NumberList): Column {
  return (place) => String(least + distances.at(place));
}

function decimals(shapes: NumberList, high: NumberList, low: NumberList): Column {
  return (place) => decimalOf(shapes.at(place), high.at(place), low.at(place));
}

/** The digits as two numbers, and how they are written: the number of decimals, and the sign. */
function writeDecimals(values: readonly string[], flags: number, { heads, numbers }: ColumnSinks): void {
  const parts = values.map((value) => {
    const [whole = '', fraction = ''] = value.replace('-', '').split('.');
    const digits = whole + fraction;
    return {
      shape: 2 * fraction.length + (value.startsWith('-') ? 1 : 0),
      high: Number(digits.slice(0, -LOW_DIGITS)),
      low: Number(digits.slice(-LOW_DIGITS)),
    };
  });
  heads.byte(flags + KIND.decimals);
  numbers.write(
    parts.map(({ shape }) => shape),
    heads,
  );
  numbers.write(
    parts.map(({ high }) => high),
    heads,
  );
  numbers.write(
    parts.map(({ low }) => low),
    heads,
  );
}

function decimalOf(shape: number, high: number, low: number): string {
  const decimals = Math.floor(shape / 2);
  const together = high === 0 ? String(low) : `${high}${String(low).padStart(LOW_DIGITS, '0')}`;
  const digits = together.padStart(decimals + 1, '0');
  const sign = shape % 2 === 1 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function timesOf(values: readonly string[]): number[] | undefined {
  const times = values.map((value) => (TIMESTAMP.test(value) ? Date.parse(value) : NaN));
  const isExact = times.every(
    (time, index) => !Number.isNaN(time) && new Date(time).toISOString() === values[index],
  );
  return isExact ? times : undefined;
}

function isWhole(value: string): boolean {
  return WHOLE.test(value) && Math.abs(Number(value)) < MAX_WHOLE;
}

function isDecimal(value: string): boolean {
  return value.length <= MAX_DIGITS && DECIMAL.test(value);
}

/** How much a list of numbers needs. */
function bitsOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.log2(value + 1), 0);
}

/** Whole numbers of both signs as those from 0 on: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
function zigzagEncode(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function zigzagDecode(value: number): number {
  const half = Math.floor(value / 2);
  return value > 2 * half ? -half - 1 : half;
}
