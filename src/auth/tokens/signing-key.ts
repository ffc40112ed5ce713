import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { realFile } from '../../files/files.js';
import type { Environment } from '../../config/index.js';
import { relocateSecret, writeSecretFile, readSecretFile } from '../secret-file.js';

/** The injection token of the key that signs tokens. */
export const SIGNING_KEY = Symbol('signing key');

const SUFFIX = '.jwt-secret';
const SECRET_BYTES = 48;
const MIN_SECRET_BYTES = 32;

/**
 * The signing key: `JWT_SECRET`, or a random secret that is generated on the first start and stored beside the
 * database, unless that is not ours. A `KeyObject`, because with a string every verification first fails to parse it
 * as a public key.
 */
export async function loadSigningKey(
  { JWT_SECRET, DB_PATH }: Environment,
  mayStore: boolean,
): Promise<KeyObject> {
  if (JWT_SECRET !== undefined) return toKey(JWT_SECRET);
  const mayCreate = mayStore && (await relocateSecret(DB_PATH, SUFFIX));
  return toKey(await loadOrCreateSecret(`${realFile(DB_PATH)}${SUFFIX}`, mayCreate));
}

async function loadOrCreateSecret(file: string, mayStore: boolean): Promise<string> {
  const stored = readSecretFile(file);
  if (stored.state === 'kept' && Buffer.byteLength(stored.secret) >= MIN_SECRET_BYTES) return stored.secret;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  try {
    if (stored.state === 'unreadable' || !mayStore) throw new Error('It is not to be kept here.');
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
