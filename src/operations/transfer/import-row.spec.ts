import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonReader } from '../../json/index.js';
import { CONTENT_TABLES, KINDS, type Kind, type StoredRow } from '../../database/index.js';
import { MAX_IMPORTED_ID } from '../../database/row-transfer.js';
import { EVENT_SOURCES, EVENT_TYPES, RESOLVERS, SEVERITIES } from '../../events/index.js';
import { MESSAGE_ROLES } from '../../conversations/index.js';
import { lineOf } from './export-lines.js';
import { FORMAT_VERSION, KINDS_OF_VERSION } from './format.js';
import { readRow, ROWS } from './import-row.js';
import { fieldsOf } from '../../validation/field-registry.js';

const text = (max: number, minLength = 1): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'binary', minLength, maxLength: max })
    .filter((value) => !value.includes('\0'))
    .map((value) => value.replace(/^$/, minLength ? 'x' : ''));
const id = fc.integer({ min: 1, max: MAX_IMPORTED_ID });
const moment = fc
  .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const count = orNull(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
/** JSON as a hand may write it: with white space, numbers that no double holds to the last digit, and odd names. */
const document = fc
  .tuple(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom('', ' ', '\t'),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
  )
  .map(
    ([value, space, digits]) => `{"b":${digits},${space}"101":${space}${JSON.stringify(value)},"2":1.50e+2}`,
  );
/** What a file of the first backend may hold in the place of JSON. */
const words = text(50, 0).filter((value) => !/^\s*[[{]/.test(value));

const LINES: Readonly<Record<Kind, fc.Arbitrary<Record<string, unknown>>>> = {
  event: fc.record({
    id,
    timestamp: moment,
    type: fc.constantFrom(...EVENT_TYPES),
    severity: fc.constantFrom(...SEVERITIES),
    source: fc.constantFrom(...EVENT_SOURCES),
    node: orNull(text(255)),
    summary: text(1000),
    details: orNull(
      fc.oneof(
        document.map((json) => ({ json })),
        words,
      ),
    ),
    resolved: fc.boolean(),
    resolvedAt: orNull(moment),
    resolvedBy: orNull(fc.constantFrom(...RESOLVERS)),
  }),
  message: fc.record({
    id,
    sessionId: text(255),
    timestamp: moment,
    role: fc.constantFrom(...MESSAGE_ROLES),
    content: text(2000, 0),
    model: orNull(text(255)),
    tokensUsed: count,
    inputTokens: count,
    outputTokens: count,
    costUsd: orNull(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((cost) => cost + 0)),
    toolCalls: orNull(
      fc.oneof(
        document.map((json) => ({ json })),
        words,
      ),
    ),
  }),
  snapshot: fc.record({ id, timestamp: moment, snapshot: document.map((json) => ({ json })) }),
  preference_change: fc.record({ id, key: text(255), value: orNull(text(2000, 0)), changedAt: moment }),
  preference: fc.record({ key: text(255), value: text(2000, 0), updatedAt: moment }),
};

/** The line of a row, in which what is in `json` stands as it is. */
function written(kind: Kind, fields: Record<string, unknown>): string {
  const members = Object.entries(fields).map(([name, value]) => {
    const isJson = typeof value === 'object' && value !== null && 'json' in value;
    return `"${name}":${isJson ? String(value.json) : JSON.stringify(value)}`;
  });
  return `{"kind":"${kind}",${members.join(',')}}`;
}

function objectOf(line: string): Record<string, unknown> {
  return new JsonReader(Buffer.from(line), { keepsWhiteSpace: true }).read() as Record<string, unknown>;
}

function read(line: string): { kind: Kind; row: StoredRow } {
  const found = readRow(objectOf(line));
  if (Array.isArray(found)) throw new Error(found.join('; '));
  return found;
}

describe('The newest version of the format', () => {
  it('holds every kind that the catalogue has', () => {
    expect(KINDS_OF_VERSION[FORMAT_VERSION]).toEqual(KINDS);
    expect(Math.max(...Object.keys(KINDS_OF_VERSION).map(Number))).toBe(FORMAT_VERSION);
  });

  it.each(KINDS)('has a rule for each column of kind %s', (kind) => {
    const declared = [...fieldsOf(ROWS[kind].prototype as object).keys()];
    expect(declared.sort()).toEqual(CONTENT_TABLES[kind].columns.map(({ field }) => field).sort());
  });
});

describe('A row', () => {
  it.each(Object.keys(LINES) as Kind[])('of kind %s is written as it was read, to the letter', (kind) => {
    fc.assert(
      fc.property(LINES[kind], (fields) => {
        const line = written(kind, fields);
        expect(lineOf(kind, read(line).row)).toBe(line);
      }),
      { numRuns: 300 },
    );
  });

  it('may leave out what the API lets one leave out, and no more', () => {
    const least = {
      kind: 'event',
      id: 1,
      timestamp: '2026-11-22 00:00:00',
      type: 'alert',
      source: 'user',
      summary: 'x',
    };
    expect(read(JSON.stringify(least)).row).toEqual({
      id: 1,
      timestamp: '2026-11-22T00:00:00.000Z',
      type: 'alert',
      severity: 'info',
      source: 'user',
      node: null,
      summary: 'x',
      details: null,
      resolved: false,
      resolvedAt: null,
      resolvedBy: null,
    });
    for (const name of ['id', 'timestamp', 'type', 'source', 'summary']) {
      const line = Object.fromEntries(Object.entries(least).filter(([key]) => key !== name));
      expect(readRow(line)).toEqual([`${name} is required`]);
    }
  });
});
