import { signal } from '@preact/signals';
import { answerOf, api } from '../api/client.js';
import { asProblem } from '../api/problems.js';
import type { EventRow } from '../api/types.js';
import { cut } from '../components/json-values.js';
import { onChange } from './live.js';
import { showToast } from './toasts.js';

/** Events that are shown as resolved, though the service is told so only when nobody took it back any more. */
export const resolving = signal<ReadonlySet<number>>(new Set());

/** Of a summary, as many characters as a toast has room for. */
const LONGEST_SUMMARY = 80;

/** Resolves events, with five seconds to take it back. */
export function resolveWithUndo(events: readonly EventRow[]): void {
  const open = events.filter(({ id, resolved }) => !resolved && !resolving.peek().has(id));
  const [first] = open;
  if (first === undefined) return;
  const ids = open.map(({ id }) => id);
  resolving.value = new Set([...resolving.peek(), ...ids]);
  showToast({
    text:
      open.length === 1
        ? `Resolved: ${cut(first.summary, LONGEST_SUMMARY)}`
        : `Resolved ${open.length} events`,
    undo: () => {
      forget(ids);
    },
    commit: () => void Promise.all(ids.map(send)),
  });
}

/** The request goes on where the page is closed. */
async function send(id: number): Promise<void> {
  const call = api.POST('/api/memory/events/{id}/resolve', {
    params: { path: { id } },
    body: { resolvedBy: 'user' },
    keepalive: true,
  });
  try {
    await answerOf(call);
  } catch (error) {
    forget([id]);
    showToast({ text: `The event was not resolved: ${asProblem(error).words}` });
  }
}

function forget(ids: readonly number[]): void {
  resolving.value = new Set([...resolving.peek()].filter((id) => !ids.includes(id)));
}

// What is asked for from now on says itself that it is resolved.
onChange((changes) => {
  const ids = changes.flatMap(({ type, data }) => (type === 'event.resolved' ? [Number(data['id'])] : []));
  if (ids.length > 0) setTimeout(forget, SETTLE_MS, ids);
});

const SETTLE_MS = 5000;
