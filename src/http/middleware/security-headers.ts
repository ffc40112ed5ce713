import type { Request } from 'express';
import helmet from 'helmet';
import type { RequestStep } from './request-steps.js';

/** Answers of the API are data: not to be executed, framed, sniffed or cached. */
const API_HEADERS = [
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  // Applies to no-cors requests only, so not to a dashboard of CORS_ORIGINS.
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
] as const;

type Directives = Readonly<Record<string, readonly string[]>>;

/** What a page may do. */
const POLICIES = {
  docs: {
    defaultSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    // Swagger UI sets styles on its elements.
    styleSrc: ["'self'", "'unsafe-inline'"],
  },
  explorer: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    requireTrustedTypesFor: ["'script'"],
  },
} as const satisfies Record<string, Directives>;

/** The pages for people; all else is data. */
export type PageKind = keyof typeof POLICIES;

/**
 * Request step: a few constant headers for the API, because helmet costs as much as a small request, and helmet for
 * pages, whose files the browser may cache.
 */
export function securityHeaders(pageOf: (request: Request) => PageKind | undefined): RequestStep {
  const forPages = { docs: headersOf(POLICIES.docs), explorer: headersOf(POLICIES.explorer) };
  return (request, response) => {
    const page = pageOf(request);
    if (page) forPages[page](request, response, throwIfError);
    else for (const [name, value] of API_HEADERS) response.setHeader(name, value);
  };
}

/**
 * The headers of helmet, with changes for plain HTTP in a home network: upgrading to HTTPS or remembering it would make
 * the page unreachable, and browsers ignore the origin headers there, with a warning.
 */
function headersOf(directives: Directives): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
  });
}

/** Helmet calls `next` synchronously, with an error where it has one. */
function throwIfError(error?: unknown): void {
  if (error instanceof Error) throw error;
}
