import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../../problems/problem.error.js';
import { isRepeated } from '../../http/adapter/repeated-header.js';
import { isApiKey } from '../api-keys/api-key.js';

/** The form of a JWT: a header that begins with `{"`, claims, a signature. */
const TOKEN = /^(?:bearer +)?eyJ[\w-]*\.[\w-]+\.[\w-]+$/i;
const BEARER = /^bearer +(\S+)$/i;

/** Whether a request shows a credential at all, good or bad. */
export function showsCredential({ headers }: IncomingMessage): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}

/**
 * The one token or API key of a request, not yet checked. A request that could be read in two ways is refused: what
 * stands before the service (a proxy, a log) might have read it in the other.
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

/** Node joins a header that comes twice to one text, which is no key. */
function apiKeyOf(header: string | string[] | undefined): string {
  if (typeof header === 'string' && isApiKey(header)) return header;
  throw unauthorized(
    typeof header === 'string' && TOKEN.test(header)
      ? 'X-API-Key holds a token, and no API key: send it as Authorization: Bearer.'
      : 'X-API-Key holds no API key.',
  );
}
