import { parse } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import { pageOriginOf } from '../../http/page-origin.js';
import { ProblemError } from '../../problems/problem.error.js';
import type { Caller } from '../guard/caller.js';
import { unauthorized } from '../guard/unauthorized.js';

const NAME = 'jarvis_session';
/**
 * By TLS: with this prefix browsers take it from this very host only. Its own name, because one over plain HTTP cannot
 * replace one by TLS.
 */
const TLS_PREFIX = '__Host-';
const PORT_OF_HOST = /:\d{1,5}$/;

/** A browser keeps no cookie longer. */
const MAX_AGE_MS = 400 * 86_400_000;
/** Methods that change nothing. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a `Cookie` header has a session, valid or not. */
export function hasSession(request: Request): boolean {
  const header = request.headers.cookie;
  return header !== undefined && count(nameFor(request), header) > 0;
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
  const name = nameFor(request);
  if (count(name, header) > 1)
    throw unauthorized(`There are several cookies ${name}: delete those of this host, and log in again.`);
  return parse(header)[name] ?? '';
}

/** @throws ProblemError `forbidden` where a page of another origin made the browser send the request. */
export function refuseOtherPages(request: Request): true {
  if (pageOriginOf(request) === 'other') throw foreignPage('start a session');
  return true;
}

/** The cookie lives as long as the credential that it holds. */
export function setSession(response: Response, credential: string, { expiresAt }: Caller): void {
  const maxAge = Math.min(expiresAt - Date.now(), MAX_AGE_MS);
  response.cookie(nameFor(response.req), credential, { ...attributesFor(response), maxAge });
}

export function clearSession(response: Response): void {
  response.clearCookie(nameFor(response.req), attributesFor(response));
}

/** `Secure` only by TLS: a browser would not send it back over plain HTTP, as in a home network. */
function attributesFor({ req: request }: Response): CookieOptions {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: request.secure };
}

/**
 * With the port that the browser asked for, where it has said one: cookies know no ports, and two memories on one host
 * would log each other out.
 */
function nameFor({ secure, host }: Request): string {
  const port = PORT_OF_HOST.exec(host)?.[0].replace(':', '_') ?? '';
  return `${secure ? TLS_PREFIX : ''}${NAME}${port}`;
}

function count(name: string, header: string): number {
  return header.match(new RegExp(`(?:^|;)[ \\t]*${name}[ \\t]*=`, 'g'))?.length ?? 0;
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
