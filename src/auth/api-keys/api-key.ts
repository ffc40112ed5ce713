import { hash, randomBytes } from 'node:crypto';

/** So that a key is known as one wherever it turns up: in a header, in a configuration, in a leak. */
const PREFIX = 'jm_';
const RANDOM_BYTES = 32;

/** A new key, to be shown once. */
export function makeApiKey(): string {
  return `${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** Whether a credential means to be an API key. */
export function isApiKey(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/**
 * What is stored of a key: its SHA-256, in hexadecimal digits. A key is 256 random bits, so that nothing slower is
 * needed to keep it from being guessed, and a look-up by its digest tells nothing by the time it takes.
 */
export function digestOf(key: string): string {
  return hash('sha256', key, 'hex');
}
