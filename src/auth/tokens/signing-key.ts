import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { atStart } from '../secrets/at-start.js';
import type { SecretStore } from '../secrets/secret-store.js';

/** The injection token of the key that signs tokens. */
export const SIGNING_KEY = Symbol('signing key');

const SECRET_BYTES = 48;
const MIN_SECRET_BYTES = 32;

/**
 * The signing key: `JWT_SECRET`, or a random secret that is generated on the first start and stored, if that is allowed.
 * A `KeyObject`, because with a string every verification first fails to parse it as a public key.
 */
export async function loadSigningKey(
  variable: string | undefined,
  openStore: () => Promise<SecretStore>,
): Promise<KeyObject> {
  return toKey(variable ?? (await loadOrCreateSecret(await openStore())));
}

async function loadOrCreateSecret(store: SecretStore): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  try {
    return await atStart(store, () => keep(secret, store));
  } catch {
    new Logger('Login').warn(
      'The token secret cannot be kept with the database: tokens end with this process.',
    );
    return secret;
  }
}

/** @returns the one that is kept already, or the given one. */
async function keep(secret: string, store: SecretStore): Promise<string> {
  const found = await store.read();
  if (found.state === 'kept' && Buffer.byteLength(found.secret) >= MIN_SECRET_BYTES) return found.secret;
  if (found.state === 'unreadable' || !store.mayCreate) throw new Error('It is not to be kept here.');
  return store.write(secret, found);
}

function toKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret));
}
