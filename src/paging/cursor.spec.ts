import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.js';

const POSITION = { sortKey: '2026-11-22T20:15:00.123Z', id: 4711 };
const SCOPE = 'events?[]';
const CURSOR = encodeCursor(POSITION, SCOPE);
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const refusal = expect.objectContaining({
  code: 'validation_failed',
  errors: [{ field: 'cursor', message: 'is not the nextCursor of this list with these filters' }],
});

describe('A cursor', () => {
  it('leads back to its position', () => {
    const position = fc.record({
      sortKey: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(position, fc.string(), (place, scope) => {
        expect(decodeCursor(encodeCursor(place, scope), scope)).toEqual(place);
      }),
    );
  });

  it('needs no escaping in a URL', () => {
    expect(encodeURIComponent(CURSOR)).toBe(CURSOR);
  });

  it('is refused by every scope but its own', () => {
    expect(() => decodeCursor(CURSOR, 'sessions?[]')).toThrow(refusal);
    expect(() => decodeCursor(CURSOR, 'events?[["type",["alert"]]]')).toThrow(refusal);
  });

  it('is refused at whatever place it was cut', () => {
    for (let length = 0; length < CURSOR.length; length++) {
      expect(() => decodeCursor(CURSOR.slice(0, length), SCOPE)).toThrow(refusal);
      expect(() => decodeCursor(CURSOR.slice(length + 1), SCOPE)).toThrow(refusal);
    }
  });

  it('is refused whichever of its characters was exchanged for whichever other', () => {
    const taken: string[] = [];
    for (let at = 0; at < CURSOR.length; at++) {
      for (const other of BASE64URL) {
        const edited = CURSOR.slice(0, at) + other + CURSOR.slice(at + 1);
        if (edited !== CURSOR && isTaken(edited)) taken.push(edited);
      }
    }
    expect(taken).toEqual([]);
    expect(isTaken(CURSOR)).toBe(true);
  });

  it('is refused in another spelling of the same bytes', () => {
    const ordinary = Buffer.from(CURSOR, 'base64url').toString('base64');
    for (const spelling of [`${CURSOR}=`, `${CURSOR}\n`, ` ${CURSOR}`, `${ordinary}==`]) {
      expect(() => decodeCursor(spelling, SCOPE)).toThrow(refusal);
    }
  });

  it('is refused when it is any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(() => decodeCursor(text, SCOPE)).toThrow(refusal);
      }),
    );
  });
});

function isTaken(cursor: string): boolean {
  try {
    decodeCursor(cursor, SCOPE);
    return true;
  } catch {
    return false;
  }
}
