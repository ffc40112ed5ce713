import type { Request } from 'express';
import helmet from 'helmet';
import type { RequestStep } from './request-steps.js';

/** An answer of the API is data: nothing in it is to be run, framed or guessed at, and none of it is to be kept. */
const API_HEADERS = [
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  // Of no-cors requests alone: a dashboard of CORS_ORIGINS is not concerned.
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
] as const;

/**
 * Swagger UI is a page, for which helmet knows best, but over plain HTTP, as in a home network: a browser that were
 * told to upgrade, or to remember HTTPS, would find nothing; and it ignores the origin headers there, with a warning.
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
 * Request step: a few constant headers for the API, because helmet costs what a small request does, and helmet
 * for the pages of the documentation, whose files may be kept by the browser.
 */
export function securityHeaders(isPage: (request: Request) => boolean): RequestStep {
  const forPages = helmet(PAGE_OPTIONS);
  return (request, response) => {
    if (isPage(request)) forPages(request, response, throwIfGiven);
    else for (const [name, value] of API_HEADERS) response.setHeader(name, value);
  };
}

/** Helmet calls on at once, with an error where it has one. */
function throwIfGiven(error?: unknown): void {
  if (error instanceof Error) throw error;
}
