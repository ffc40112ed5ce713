import { randomBytes } from 'node:crypto';
import type { Query } from '../query.js';

/** A random text. */
export function newIdentity(): string {
  return randomBytes(16).toString('hex');
}

/** Gives the change feed of a database another identity. */
export function renewedIdentity(): Query {
  return { text: 'UPDATE "feed_head" SET "identity" = ? WHERE "id" = 1', values: [newIdentity()] };
}
