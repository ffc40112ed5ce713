import type { Request } from 'express';

/**
 * Which page made a browser send a request, as far as the browser says so: `own`, one of this service; `other`, that of
 * anybody else; `none`, no word of a page, as from a program.
 */
export type PageOrigin = 'own' | 'other' | 'none';

/** Browsers let no page set these headers. They send `Sec-Fetch-Site` by TLS and to the machine itself only. */
export function pageOriginOf(request: Request): PageOrigin {
  const { 'sec-fetch-site': site, origin } = request.headers;
  if (site !== undefined) return site === 'same-origin' ? 'own' : 'other';
  if (origin === undefined) return 'none';
  return isOwnOrigin(origin, request) ? 'own' : 'other';
}

/** Whether an origin is the host that the request was sent to, as a trusted proxy forwards it. */
export function isOwnOrigin(origin: string, { host }: Request): boolean {
  return URL.canParse(origin) && new URL(origin).host === (host as string | undefined)?.toLowerCase();
}
