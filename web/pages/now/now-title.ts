import type { EventRow } from '../../api/types.js';
import { count, counted } from '../../words/numbers.js';
import { when } from '../../words/times.js';
import type { StorageView } from './storage-forecast.js';

const LONGEST = 90;
/** From so many on there may be more than were asked for. */
const MOST_OPEN = 200;

/** The state in words: how many are open, and the worst of them. */
export function titleOf(open: readonly EventRow[], lastResolvedAt: number | undefined, now: number): string {
  const [worst] = open;
  if (worst === undefined)
    return lastResolvedAt === undefined
      ? 'Nothing open.'
      : `Nothing open since ${when(lastResolvedAt, now)}.`;
  const number = open.length >= MOST_OPEN ? `${count(MOST_OPEN)} or more` : count(open.length);
  return `${number} open. ${beginning(worst.summary)}, since ${when(Date.parse(worst.timestamp), now)}.`;
}

/** What was done since, and what is about to happen. */
export function leadOf(fixedByJarvis: number, storages: readonly StorageView[]): string | undefined {
  const fixed = fixedByJarvis > 0 ? `Jarvis fixed ${counted(fixedByJarvis, 'problem')} in 24 hours.` : '';
  const [next] = storages
    .filter(({ fullAt }) => fullAt !== undefined)
    .sort((one, other) => (one.fullAt ?? 0) - (other.fullAt ?? 0));
  const full = next ? `${nameOf(next)} runs ${next.left} if nothing changes.` : '';
  const text = [fixed, full].filter(Boolean).join(' ');
  return text === '' ? undefined : text;
}

function nameOf({ name, owner }: StorageView): string {
  return owner === 'shared' ? `Storage ${name}` : `Storage ${name} on ${owner}`;
}

/** What happened, without its particulars; never in the middle of a word that has an end. */
function beginning(summary: string): string {
  const [clause = summary] = summary.split(/: |; /);
  if (clause.length <= LONGEST) return clause.replace(/[.\s]+$/, '');
  const cut = clause.slice(0, LONGEST);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), LONGEST / 2)).trimEnd()}…`;
}
