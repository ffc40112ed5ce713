import { batch, effect, signal, type ReadonlySignal } from '@preact/signals';
import { answerOf, api, ROOT } from '../api/client.js';
import { parseExactly } from '../api/exact-json.js';
import type { Change } from './changes.js';
import { noteAnswer } from './connection.js';
import { gathering } from './gathering.js';
import { hasExpired, session } from './session.js';

const RETRY_DELAY_MS = 5000;

/** Where the feed was at the last change: a link that is copied says it. */
export const position = signal<string | undefined>(undefined);

/** Changes that came together, oldest first. */
type Listener = (changes: readonly Change[]) => void;

const listeners = new Set<Listener>();
const tabs = new BroadcastChannel('jarvis-live');
tabs.onmessage = ({ data }: MessageEvent<readonly Change[]>) => {
  tell(data);
};

/** Calls back with the changes that are committed from now on. @returns what ends that. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a change is about. */
const ALL_SUBJECTS = ['events', 'conversations', 'snapshots', 'preferences'] as const;
export type Subject = (typeof ALL_SUBJECTS)[number];

/** What each change that the stream tells is about: what was forgotten, and a resync, are about all. */
const SUBJECTS: Readonly<Record<Change['type'], readonly Subject[]>> = {
  'event.saved': ['events'],
  'event.resolved': ['events'],
  'message.saved': ['conversations'],
  'session.deleted': ['conversations'],
  'snapshot.saved': ['snapshots'],
  'preference.changed': ['preferences'],
  'preference.deleted': ['preferences'],
  'memory.forgotten': ALL_SUBJECTS,
  resync: ALL_SUBJECTS,
};
const TYPES = Object.keys(SUBJECTS) as Change['type'][];

const QUIET_MS = 400;
const versions = {
  events: signal(0),
  conversations: signal(0),
  snapshots: signal(0),
  preferences: signal(0),
} as const;
const pending = new Set<Subject>();
let lastBump = -QUIET_MS;

/**
 * Counts up when something of it changed, at once after a while of quiet, else many changes together: what is shown of it is
 * then asked for again.
 */
export function versionOf(subject: Subject): ReadonlySignal<number> {
  return versions[subject];
}

function noteChanged(subjects: readonly Subject[]): void {
  if (pending.size === 0) setTimeout(bumpPending, lastBump + QUIET_MS - performance.now());
  for (const subject of subjects) pending.add(subject);
}

function bumpPending(): void {
  lastBump = performance.now();
  batch(() => {
    for (const subject of pending) versions[subject].value += 1;
  });
  pending.clear();
}

function tell(changes: readonly Change[]): void {
  batch(() => {
    for (const { type } of changes) noteChanged(SUBJECTS[type]);
    position.value = changes.at(-1)?.id;
    for (const listener of listeners) listener(changes);
  });
}

/**
 * Listens to the stream until `ended`. The browser comes back by itself where the line breaks, and is brought back where
 * it was refused: too many streams, a service that starts.
 */
function listen(ended: AbortSignal, hear: (change: Change) => void): void {
  if (ended.aborted || hasExpired.peek()) return;
  const after = position.peek();
  const source = new EventSource(`${ROOT}/api/memory/stream${after === undefined ? '' : `?after=${after}`}`);
  source.onopen = noteAnswer;
  source.onerror = () => {
    // A stream does not say why it ended; a request does: the service is away, or the session has ended.
    answerOf(api.GET('/api/auth/session')).catch(() => undefined);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_DELAY_MS, ended, hear);
  };
  for (const type of TYPES) {
    source.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
      hear({ id: lastEventId, type, data: parseExactly(data) as Change['data'] });
    });
  }
  ended.addEventListener('abort', () => {
    source.close();
  });
}

/** One tab of a browser listens for all: a browser opens six connections to a service, and a stream takes one. */
function listenForAll(ended: AbortSignal): void {
  const hear = gathering<Change>((changes) => {
    tell(changes);
    tabs.postMessage(changes);
  });
  const turn = (): Promise<void> =>
    new Promise((done) => {
      ended.addEventListener('abort', () => {
        done();
      });
      listen(ended, hear);
    });
  navigator.locks.request('jarvis-live', { signal: ended }, turn).catch(() => undefined);
}

/** Over plain HTTP from another machine a browser has no locks: each tab listens while it is seen. */
function listenWhileSeen(ended: AbortSignal): void {
  let seen: AbortController | undefined;
  const look = (): void => {
    seen?.abort();
    seen = document.hidden ? undefined : new AbortController();
    if (seen) listen(AbortSignal.any([ended, seen.signal]), gathering(tell));
  };
  document.addEventListener('visibilitychange', look, { signal: ended });
  look();
}

effect(() => {
  if (!session.value) return undefined;
  const ended = new AbortController();
  if ('locks' in navigator) listenForAll(ended.signal);
  else listenWhileSeen(ended.signal);
  return () => {
    ended.abort();
  };
});
