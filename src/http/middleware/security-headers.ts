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

/**
 * Swagger UI is a page, so helmet sets its headers, with changes for plain HTTP in a home network: upgrading to HTTPS
 * or remembering it would make the page unreachable, and browsers ignore the origin headers there, with a warning.
 */
const PAGE_OPTIONS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      // Swagger UI sets styles on its elements.
      styleSrc: ["'self'", "'unsafe-inline'"],
    },
  },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
};

/**
 * Request step: a few constant headers for the API, because helmet costs as much as a small request, and helmet for
 * the documentation pages, whose files the browser may cache.
 */
export function securityHeaders(isPage: (request: Request) => boolean): RequestStep {
  const forPages = helmet(PAGE_OPTIONS);
  return (request, response) => {
    if (isPage(request)) forPages(request, response, throwIfError);
    else for (const [name, value] of API_HEADERS) response.setHeader(name, value);
  };
}

/** Helmet calls `next` synchronously, with an error where it has one. */
function throwIfError(error?: unknown): void {
  if (error instanceof Error) throw error;
}
