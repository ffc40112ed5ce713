import type { EventRow, Schemas } from '../../api/types.js';
import { length, when } from '../../words/times.js';

/** Who fixed it, and whether it stayed away: `Fixed by Jarvis. Not seen again in the 3 h since.` */
export function outcomeWords(
  { resolvedAt, resolvedBy }: EventRow,
  similar: Schemas['SimilarDto'] | undefined,
  now: number,
): string {
  const who = resolvedBy === 'user' ? 'Resolved by you' : 'Fixed by Jarvis';
  if (!similar || resolvedAt === null) return `${who}.`;
  const [fixedAt, seenAt] = [Date.parse(resolvedAt), Date.parse(similar.pattern.lastSeen)];
  return seenAt > fixedAt
    ? `${who}. Seen again, last ${when(seenAt, now)}.`
    : `${who}. Not seen again in the ${length(now - fixedAt)} since.`;
}
