import { parse } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import { pageOriginOf } from '../../http/page-origin.js';
import { ProblemError } from '../../problems/problem.error.js';
import type { Caller } from '../guard/caller.js';
import { unauthorized } from '../guard/unauthorized.js';

/** A cookie of this service, and how it is found in a header. */
interface SessionCookie {
  readonly name: string;
  readonly occurrence: RegExp;
}

const PLAIN = cookieNamed('jarvis_session');
/**
 * By TLS: with this prefix browsers take it from this very host only. Its own name, because one over plain HTTP cannot
 * replace one by TLS, and cookies know no ports.
 */
const BY_TLS = cookieNamed('__Host-jarvis_session');

/** A browser keeps no cookie longer. */
const MAX_AGE_MS = 400 * 86_400_000;
/** Methods that change nothing. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a `Cookie` header has a session, valid or not. */
export function hasSession(request: Request): boolean {
  const header = request.headers.cookie;
  return header !== undefined && count(cookieFor(request), header) > 0;
}

/**
 * The credential in the cookie of a request. A browser sends it whoever made it send the request, and pages of other
 * ports of this host count as the same site: what changes something has to come from a page of this service.
 * @throws ProblemError `forbidden` for a write from elsewhere; `unauthorized` where there are several cookies, of which
 * one may have been put there by another page of the host.
 */
export function sessionOf(request: Request, header: string): string {
  if (!isRead(request) && pageOriginOf(request) !== 'own')
    throw foreignPage('use the cookie of a session to change something');
  const cookie = cookieFor(request);
  if (count(cookie, header) > 1) {
    throw unauthorized(
      `There are several cookies ${cookie.name}: delete those of this host, and log in again.`,
    );
  }
  return parse(header)[cookie.name] ?? '';
}

/** @throws ProblemError `forbidden` where a page of another origin made the browser send the request. */
export function refuseOtherPages(request: Request): true {
  if (pageOriginOf(request) === 'other') throw foreignPage('start a session');
  return true;
}

/** The cookie lives as long as the credential that it holds. */
export function setSession(response: Response, credential: string, { expiresAt }: Caller): void {
  const maxAge = Math.min(expiresAt - Date.now(), MAX_AGE_MS);
  response.cookie(cookieFor(response.req).name, credential, { ...attributesFor(response), maxAge });
}

export function clearSession(response: Response): void {
  response.clearCookie(cookieFor(response.req).name, attributesFor(response));
}

/** `Secure` only by TLS: a browser would not send it back over plain HTTP, as in a home network. */
function attributesFor({ req: request }: Response): CookieOptions {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: request.secure };
}

function cookieNamed(name: string): SessionCookie {
  return { name, occurrence: new RegExp(`(?:^|;)[ \\t]*${name}[ \\t]*=`, 'g') };
}

function cookieFor({ secure }: Request): SessionCookie {
  return secure ? BY_TLS : PLAIN;
}

function count({ occurrence }: SessionCookie, header: string): number {
  return header.match(occurrence)?.length ?? 0;
}

/** What changes the protocol of its connection may do anything afterwards. */
function isRead({ method, headers }: Request): boolean {
  return READING.has(method) && headers.upgrade === undefined;
}

function foreignPage(doing: string): ProblemError {
  return new ProblemError(
    'forbidden',
    `Only pages of this service may ${doing}. A proxy has to pass on the host and the port that the browser asked ` +
      'for; programs send a token or an API key.',
  );
}
