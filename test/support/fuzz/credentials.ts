import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { Credential } from './draft.js';

/** Credentials that let nobody in. The token of the owner stands where `{token}` does. */
export function strangerCredential(): fc.Arbitrary<Credential> {
  return fc.constantFrom(...STRANGERS).map(([header, text]) => ({ of: 'stranger', header, text }));
}

/** Stands for the token of the owner, which is not known before the request is sent. */
export const TOKEN = '{token}';

const STRANGERS: readonly (readonly [header: string, text: string | undefined])[] = [
  ['Authorization', undefined],
  ['Authorization', ''],
  ['Authorization', 'Bearer'],
  ['Authorization', 'Bearer '],
  ['Authorization', 'Bearer null'],
  ['Authorization', 'Bearer a.b.c'],
  ['Authorization', `Basic ${Buffer.from('owner:password').toString('base64')}`],
  ['Authorization', TOKEN],
  ['Authorization', `Token ${TOKEN}`],
  ['Authorization', `Bearer ${TOKEN}x`],
  ['Authorization', `Bearer x${TOKEN}`],
  ['Authorization', `Bearer "${TOKEN}"`],
  ['Authorization', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
  ['Authorization', `Bearer ${'x'.repeat(8192)}`],
  ['Authorization', `Bearer ${token('none', '')}`],
  ['Authorization', `Bearer ${token('HS256', '')}`],
  ['Authorization', `Bearer ${token('HS256', 'secret')}`],
  ['Authorization', `Bearer ${token('HS384', 'secret')}`],
  ['Authorization', "Bearer ' OR '1'='1"],
  ['X-API-Key', ''],
  ['X-API-Key', 'jm_'],
  ['X-API-Key', `jm_${'A'.repeat(43)}`],
  ['X-API-Key', "jm_' OR '1'='1"],
  ['X-API-Key', 'x'.repeat(8192)],
  ['Cookie', `token=${TOKEN}`],
  ['Cookie', 'jarvis_session='],
  ['Cookie', `jarvis_session=${TOKEN}x`],
  ['Cookie', `jarvis_session=x; jarvis_session=${TOKEN}`],
  ['Cookie', `__Host-jarvis_session=${TOKEN}`],
  ['X-Forwarded-User', 'owner'],
];

function token(alg: string, secret: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg, typ: 'JWT', kid: '../../dev/null' })}.${part({ sub: 'owner', exp: 4_102_444_800 })}`;
  const signature = secret === '' ? '' : createHmac('sha256', secret).update(text).digest('base64url');
  return `${text}.${signature}`;
}
