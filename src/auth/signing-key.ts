import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Environment } from '../config/index.js';
import { keep, readKept } from './kept-secret.js';

/** The dependency injection token of the key that signs the tokens. */
export const SIGNING_KEY = Symbol('signing key');

const SECRET_BYTES = 48;
const SHORTEST_BYTES = 32;

/**
 * The key of the tokens: `JWT_SECRET`, or a random one that is made on the first start and kept beside the
 * database. A `KeyObject`, because a string costs a failed attempt to read it as a public key at every check.
 */
export async function loadSigningKey(environment: Environment): Promise<KeyObject> {
  return toKey(environment.JWT_SECRET ?? (await keptSecret(`${environment.DB_PATH}.jwt-secret`)));
}

async function keptSecret(file: string): Promise<string> {
  const known = await readKept(file);
  if (known.state === 'kept' && Buffer.byteLength(known.secret) >= SHORTEST_BYTES) return known.secret;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  try {
    if (known.state === 'unreadable') throw new Error('unreadable');
    await keep(file, secret);
  } catch {
    new Logger('Login').warn(
      'The token secret cannot be kept beside the database: tokens end with this process.',
    );
  }
  return secret;
}

function toKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret));
}
