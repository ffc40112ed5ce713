import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../../problems/problem.error.js';
import { isRepeated } from '../../http/adapter/repeated-header.js';
import { isApiKey } from '../api-keys/api-key.js';

/** The form of a JWT: a header that begins with `{"`, claims, a signature. */
const JWT_FORM = /^(?:bearer +)?eyJ[\w-]*\.[\w-]+\.[\w-]+$/i;
const BEARER = /^bearer +(\S+)$/i;

/** Whether a request carries a credential, valid or not. */
export function hasCredential({ headers }: IncomingMessage): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}

/**
 * Extracts the only token or API key of a request, not yet verified. An ambiguous request is refused: a proxy or a
 * log before the service might have read the other credential.
 * @throws ProblemError `unauthorized`.
 */
export function credentialOf(request: IncomingMessage): string {
  const { authorization, 'x-api-key': key } = request.headers;
  if (authorization === undefined) return apiKeyOf(key);
  if (isRepeated(request.rawHeaders, 'authorization'))
    throw unauthorized('The request carries more than one Authorization header.');
  const [, bearer] = BEARER.exec(authorization) ?? [];
  if (bearer === undefined) throw unauthorized('The Authorization header carries no Bearer token.');
  if (key !== undefined && key !== bearer) {
    throw unauthorized('Authorization and X-API-Key do not say the same; send one of them.');
  }
  return bearer;
}

export function unauthorized(reason: string): ProblemError {
  return new ProblemError('unauthorized', reason);
}

/** Node joins repeated headers to one text, which has not the form of a key. */
function apiKeyOf(header: string | string[] | undefined): string {
  if (typeof header === 'string' && isApiKey(header)) return header;
  throw unauthorized(
    typeof header === 'string' && JWT_FORM.test(header)
      ? 'X-API-Key holds a token, and no API key: send it as Authorization: Bearer.'
      : 'X-API-Key holds no API key.',
  );
}
