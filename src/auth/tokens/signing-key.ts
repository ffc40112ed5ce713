import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { realFile } from '../../files/files.js';
import type { Environment } from '../../config/index.js';
import { adoptSecret, writeSecretFile, readSecretFile } from '../secret-file.js';

/** The dependency injection token of the key that signs the tokens. */
export const SIGNING_KEY = Symbol('signing key');

const SUFFIX = '.jwt-secret';
const SECRET_BYTES = 48;
const SHORTEST_BYTES = 32;

/**
 * The key of the tokens: `JWT_SECRET`, or a random one that is made on the first start and kept beside the database,
 * unless that is not ours. A `KeyObject`, because a string costs a failed attempt to read it as a public key at every
 * check.
 */
export async function loadSigningKey(
  { JWT_SECRET, DB_PATH }: Environment,
  mayKeep: boolean,
): Promise<KeyObject> {
  if (JWT_SECRET !== undefined) return toKey(JWT_SECRET);
  const mayMake = mayKeep && (await adoptSecret(DB_PATH, SUFFIX));
  return toKey(await keptSecret(`${realFile(DB_PATH)}${SUFFIX}`, mayMake));
}

async function keptSecret(file: string, mayKeep: boolean): Promise<string> {
  const known = readSecretFile(file);
  if (known.state === 'kept' && Buffer.byteLength(known.secret) >= SHORTEST_BYTES) return known.secret;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  try {
    if (known.state === 'unreadable' || !mayKeep) throw new Error('It is not to be kept here.');
    await writeSecretFile(file, secret);
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
