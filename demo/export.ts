import { createHash } from 'node:crypto';
import type { HomelabMemory } from './homelab-day.js';
import { PREFERENCES } from './preferences.js';

/** Saved with the rows; the API gives them only to rows that are there. */
type Row = Readonly<Record<string, unknown>> & { readonly kind: string };

/**
 * A memory as `jarvis-memory export` would write it: an import keeps what is known of the past, such as when an event was
 * resolved and what a preference was before.
 */
export function* exportLines(memory: HomelabMemory, exportedAt: string): Generator<string> {
  const rows = rowsOf(memory);
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const head = { format: 'jarvis-memory-export', version: 2, exportedAt, kinds, lastIds: {} };
  yield `${JSON.stringify(head)}\n`;
  const hash = createHash('sha256');
  for (const row of rows) {
    const line = `${JSON.stringify(row)}\n`;
    hash.update(line);
    yield line;
  }
  const counts = Object.fromEntries(
    kinds.map((wanted) => [wanted, rows.filter(({ kind }) => kind === wanted).length]),
  );
  yield `${JSON.stringify({ end: true, counts, sha256: hash.digest('hex') })}\n`;
}

function rowsOf({ events, messages, snapshots, preferenceChanges }: HomelabMemory): Row[] {
  const lastChanged = new Map(preferenceChanges.map(({ key, changedAt }) => [key, changedAt]));
  return [
    ...events.map(({ event, resolvedBy = null, resolvedAt = null }, index) => ({
      kind: 'event',
      id: index + 1,
      severity: 'info',
      ...event,
      ...{ resolved: resolvedBy !== null, resolvedAt, resolvedBy },
    })),
    ...messages.map((message, index) => ({ kind: 'message', id: index + 1, ...message })),
    ...snapshots.map((snapshot, index) => ({ kind: 'snapshot', id: index + 1, ...snapshot })),
    ...preferenceChanges.map((change, index) => ({ kind: 'preference_change', id: index + 1, ...change })),
    ...Object.entries(PREFERENCES)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => ({
        kind: 'preference',
        ...{ key, value: String(value), updatedAt: lastChanged.get(key) },
      })),
  ];
}
