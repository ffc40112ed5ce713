import { hash, randomBytes } from 'node:crypto';

/** Makes a key recognizable as one in a header, a configuration or a leak. */
const PREFIX = 'jm_';
const RANDOM_BYTES = 32;

/** Generates a key, which is shown only once. */
export function generateApiKey(): string {
  return `${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** Whether a credential has the form of an API key. */
export function isApiKey(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/**
 * The digest of a key that is stored: its SHA-256, in hexadecimal digits. A key is 256 random bits, so that no slow
 * hash is needed against guessing, and a lookup by digest is not open to timing attacks.
 */
export function digestOf(key: string): string {
  return hash('sha256', key, 'hex');
}
