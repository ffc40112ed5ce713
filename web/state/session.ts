import { computed, effect, signal } from '@preact/signals';
import { answerOf, api } from '../api/client.js';
import { Problem } from '../api/problems.js';
import type { Schemas } from '../api/types.js';
import { refusedCredentials } from './connection.js';

export type Session = Schemas['BrowserSessionDto'];

/** Who is logged in; undefined until that is known, null for nobody. */
export const session = signal<Session | null | undefined>(undefined);
/** Whether the session ended while the page was open: what was typed stays, and a dialog asks to log in again. */
export const hasExpired = signal(false);

export const isOperator = computed(() => session.value?.role === 'operator');
export const mayWrite = computed(() => isOperator.value || session.value?.role === 'writer');

effect(() => {
  if (refusedCredentials.value > 0 && session.peek()) hasExpired.value = true;
});

const otherTabs = new BroadcastChannel('jarvis-session');
otherTabs.onmessage = () => void loadSession();

export async function loadSession(): Promise<void> {
  try {
    const { session: current } = await answerOf(api.GET('/api/auth/session'));
    session.value = current;
    hasExpired.value = false;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'unauthorized') throw error;
    session.value = null;
    hasExpired.value = false;
  }
}

/** @throws Problem `wrong_password`, `too_many_requests`, `unauthorized` for an API key. */
export async function logIn(credential: Schemas['StartBrowserSessionDto']): Promise<void> {
  const { session: current } = await answerOf(api.POST('/api/auth/session', { body: credential }));
  session.value = current;
  hasExpired.value = false;
  otherTabs.postMessage('changed');
}

export async function logOut(): Promise<void> {
  await answerOf(api.DELETE('/api/auth/session'));
  session.value = null;
  hasExpired.value = false;
  otherTabs.postMessage('changed');
}
