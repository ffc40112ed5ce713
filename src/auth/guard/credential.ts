import type { Request } from 'express';
import { isRepeated } from '../../http/adapter/repeated-header.js';
import { isApiKey } from '../api-keys/api-key.js';
import { hasSession, sessionOf } from '../browser-session/session-cookie.js';
import { unauthorized } from './unauthorized.js';

/** The form of a JWT: a header that begins with `{"`, claims, a signature. */
const JWT_FORM = /^(?:bearer +)?eyJ[\w-]*\.[\w-]+\.[\w-]+$/i;
const BEARER = /^bearer +(\S+)$/i;

/** Whether a request carries a credential, valid or not. */
export function hasCredential(request: Request): boolean {
  const { authorization, 'x-api-key': key } = request.headers;
  return authorization !== undefined || key !== undefined || hasSession(request);
}

/**
 * Extracts the only token or API key of a request, not yet verified. An ambiguous request is refused: a proxy or a
 * log before the service might have read the other credential. A cookie counts only where no header has a credential:
 * a browser adds it to everything, without the page asking for it.
 * @throws ProblemError `unauthorized`, or `forbidden` for a cookie that may not be used here.
 */
export function credentialOf(request: Request): string {
  const { authorization, 'x-api-key': key, cookie } = request.headers;
  if (authorization !== undefined) return bearerOf(request, authorization, key);
  return key === undefined && cookie !== undefined ? sessionOf(request, cookie) : apiKeyOf(key);
}

function bearerOf(
  { rawHeaders }: Request,
  authorization: string,
  key: string | string[] | undefined,
): string {
  if (isRepeated(rawHeaders, 'authorization'))
    throw unauthorized('The request carries more than one Authorization header.');
  const [, bearer] = BEARER.exec(authorization) ?? [];
  if (bearer === undefined) throw unauthorized('The Authorization header carries no Bearer token.');
  if (key !== undefined && key !== bearer) {
    throw unauthorized('Authorization and X-API-Key do not say the same; send one of them.');
  }
  return bearer;
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
