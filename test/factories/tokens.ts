import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { storeOf } from '../support/engine.js';
import { PASSWORD, SECRET, temporaryFolder } from '../support/service.js';

export const HOUR = 3600;

/** What a good token says; read anew, so that it is good now. */
export function goodClaims(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return { sub: 'owner', iat: now, exp: now + HOUR };
}

/**
 * A folder whose password is still of generation 0, as the versions before generations kept it: its tokens need not
 * name one, so that they can be signed before the service starts.
 */
export async function folderOfFirstGeneration(): Promise<string> {
  const folder = await temporaryFolder();
  const replaces = await hash(PASSWORD);
  const kept = { hash: replaces, generation: 0, replaces };
  await (await storeOf(join(folder, 'jarvis.db'))).keepSecret('password-hash', JSON.stringify(kept));
  return folder;
}

/** A token signed by hand, for what no library would make. Parts that are text are taken as they are. */
export function signed(
  header: unknown,
  claims: unknown,
  secret: string | Buffer = SECRET,
  hash = 'sha256',
): string {
  const text = [header, claims]
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

export const HS256 = { alg: 'HS256', typ: 'JWT' };
