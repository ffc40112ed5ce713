import type { Schemas } from '../../api/types.js';
import { counted, size } from '../../words/numbers.js';

type Preview = Schemas['RetentionPreviewDto'];

const NOUNS = { snapshots: 'snapshot', events: 'event', conversations: 'message' } as const;

/**
 * What would go, in words: `241,920 snapshots and 12 events`; undefined where nothing would.
 * @param only of which kinds; of all without it.
 */
export function stakeOf({ classes }: Preview, only?: readonly string[]): string | undefined {
  const parts = classes
    .filter(({ class: name, goes }) => goes > 0 && (only?.includes(name) ?? true))
    .map(({ class: name, goes }) => counted(goes, NOUNS[name]));
  if (parts.length < 2) return parts[0];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** What that would free. */
export function freedBy({ classes }: Preview): string {
  return size(classes.reduce((sum, { bytesFreed }) => sum + bytesFreed, 0));
}

/** Whether more than half of a kind would go, which asks for a yes. */
export function needsYes({ classes }: Preview): boolean {
  return classes.some(({ needsConfirm }) => needsConfirm);
}
