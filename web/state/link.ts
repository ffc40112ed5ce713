import { computed, effect, signal } from '@preact/signals';
import { answerOf, api } from '../api/client.js';
import { addressOf, changeQuery, page, queryValue, type Changes } from './address.js';
import { serverNow } from './clock.js';
import { copyText } from './copy.js';
import { position } from './live.js';
import { iso, moment, span } from './range.js';
import { session } from './session.js';

/** How many changes since a link was copied are looked at: past them, only its instant counts. */
const MOST_PAGES = 10;
const PAGE_SIZE = 200;

/** Since where in the feed a link that was opened leaves out what came. */
const sentPosition = computed(() => queryValue('feed'));

/** The events that were saved after the link was copied, though they may have happened before. */
export const savedSince = signal<ReadonlySet<number>>(new Set());

/** Copies a link to what is shown: its reader sees the same, whatever is saved in the meantime. */
export function copyLink(changes: Changes = {}): Promise<void> {
  const { since, until } = span.peek();
  const shown = {
    range: undefined,
    from: iso(since),
    to: iso(until),
    at: iso(Math.min(moment.peek(), serverNow())),
    feed: position.peek() ?? sentPosition.peek(),
  };
  const address = addressOf(page.peek(), { ...currentQuery(), ...shown, ...changes });
  return copyText(new URL(address, location.href).href, 'Link copied: it shows what you see now');
}

/** Shows all there is, in the place of what the sender of a link saw. */
export function leaveLink(): void {
  changeQuery({ feed: undefined, at: undefined, from: undefined, to: undefined }, 'push');
}

function currentQuery(): Changes {
  return Object.fromEntries(new URLSearchParams(location.search));
}

effect(() => {
  const after = sentPosition.value;
  savedSince.value = new Set();
  if (after === undefined || !session.value) return undefined;
  const abort = new AbortController();
  readSavedSince(after, abort.signal).then(
    (ids) => {
      if (!abort.signal.aborted) savedSince.value = ids;
    },
    // Without the answer, the instant of the link still counts.
    () => undefined,
  );
  return () => {
    abort.abort();
  };
});

async function readSavedSince(position: string, signal: AbortSignal): Promise<ReadonlySet<number>> {
  const ids = new Set<number>();
  let after = position;
  for (let count = 0; count < MOST_PAGES; count++) {
    const query = { after, wait: 0, limit: PAGE_SIZE, topic: ['events' as const] };
    const { changes, next } = await answerOf(api.GET('/api/memory/changes', { params: { query }, signal }));
    for (const { type, data } of changes) {
      // The feed does not reach back to it.
      if (type === 'resync') return new Set();
      if (type === 'event.saved' && 'id' in data) ids.add(Number(data.id));
    }
    if (next === after || changes.length === 0) return ids;
    after = next;
  }
  return new Set();
}
