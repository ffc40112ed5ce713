import { createHash } from 'node:crypto';
import { invalidInput } from '../problems/problem.error.js';

/** A position in a list ordered by (sortKey, id): that of the last row of a page. */
export interface Position {
  readonly sortKey: string;
  readonly id: number;
}

const CHECKSUM_LENGTH = 12;

/**
 * Encodes a position as opaque text, with a checksum over the position and the `scope` (list, filters and order), so
 * that a truncated or edited cursor, or one of another list, is detected. It is not secret.
 */
export function encodeCursor(position: Position, scope: string): string {
  const place = `${position.sortKey}~${position.id}`;
  return Buffer.from(`${checksumOf(place, scope)}${place}`).toString('base64url');
}

/** @throws ProblemError `validation_failed` naming `cursor`, unless `encodeCursor` made the text for this scope. */
export function decodeCursor(cursor: string, scope: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString();
  const place = text.slice(CHECKSUM_LENGTH);
  const end = place.lastIndexOf('~');
  const position = { sortKey: place.slice(0, Math.max(end, 0)), id: Number(place.slice(end + 1)) };
  if (encodeCursor(position, scope) !== cursor) {
    throw invalidInput([
      { field: 'cursor', message: 'is not the nextCursor of this list with these filters' },
    ]);
  }
  return position;
}

function checksumOf(place: string, scope: string): string {
  return createHash('sha256').update(`${scope}\n${place}`).digest('hex').slice(0, CHECKSUM_LENGTH);
}
