import createClient from 'openapi-fetch';
import { noteServerTime } from '../state/clock.js';
import { noteAnswer, noteNoAnswer, noteRefusedCredential } from '../state/connection.js';
import { parseExactly } from './exact-json.js';
import { problemOf, unreachable } from './problems.js';
import type { paths } from './schema.js';

/** Where the API is: beside the folder of the page, below whatever path a proxy adds. */
export const ROOT = new URL('..', location.href).href.replace(/\/$/, '');

/** The API, typed by its own document. The session's cookie goes with every request. */
export const api = createClient<paths>({ baseUrl: ROOT, fetch: fetchExactly });

/** The answer of a call of `api`. @throws Problem for whatever is not 2xx, and where there is no answer. */
export async function answerOf<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  const problem = problemOf(error, response);
  if (problem.code === 'unauthorized') noteRefusedCredential();
  throw problem;
}

async function fetchExactly(request: Request): Promise<Response> {
  const response = await fetch(request).catch((error: unknown) => {
    if (request.signal.aborted) throw error;
    noteNoAnswer();
    throw unreachable();
  });
  noteAnswer();
  noteServerTime(response.headers.get('Date'));
  if (!response.ok || !(response.headers.get('Content-Type') ?? '').startsWith('application/json'))
    return response;
  const text = await response.text();
  const exact = new Response(text, response);
  // The client reads JSON by itself where no length is given.
  exact.headers.set('Content-Length', String(text.length));
  exact.json = () => Promise.resolve(parseExactly(text));
  return exact;
}
