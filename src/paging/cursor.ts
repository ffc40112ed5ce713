import { createHash } from 'node:crypto';
import { invalidInput } from '../problems/problem.error.js';

/** A place in a list that is sorted by (sortKey, id): that of the last row of a page. A list by key has keys for moments. */
export interface Position {
  readonly sortKey: string;
  readonly id: number;
}

const CHECK_LENGTH = 12;

/**
 * A position as opaque text. It carries a check over itself and the `scope` (which list, which filters,
 * which order), so that a cut or edited cursor, or one of another list, is noticed. It is no secret.
 */
export function encodeCursor(position: Position, scope: string): string {
  const place = `${position.sortKey}~${position.id}`;
  return Buffer.from(`${checkOf(place, scope)}${place}`).toString('base64url');
}

/** @throws ProblemError `validation_failed` naming `cursor`, unless `encodeCursor` made the text for this scope. */
export function decodeCursor(cursor: string, scope: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString();
  const place = text.slice(CHECK_LENGTH);
  const end = place.lastIndexOf('~');
  const position = { sortKey: place.slice(0, Math.max(end, 0)), id: Number(place.slice(end + 1)) };
  if (encodeCursor(position, scope) !== cursor) {
    throw invalidInput([
      { field: 'cursor', message: 'is not the nextCursor of this list with these filters' },
    ]);
  }
  return position;
}

function checkOf(place: string, scope: string): string {
  return createHash('sha256').update(`${scope}\n${place}`).digest('hex').slice(0, CHECK_LENGTH);
}
