import type { Response } from 'express';
import { clearSession, setSession } from './session-cookie.js';
import { toSession, type BrowserSessionAnswer } from './browser-session.dto.js';
import type { StartedSession } from './browser-session.service.js';

/** Gives the browser the cookie of a session. */
export async function withCookie(
  response: Response,
  started: Promise<StartedSession>,
): Promise<BrowserSessionAnswer> {
  const { credential, caller } = await started;
  setSession(response, credential, caller);
  return { session: toSession(caller) };
}

/** Takes the cookie away from the browser. */
export async function withoutCookie(response: Response, ended: Promise<void>): Promise<void> {
  await ended;
  clearSession(response);
}
