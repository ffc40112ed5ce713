import { length } from '../../words/times.js';
import type { Hit } from './hits.js';

const SPEAKERS: Readonly<Record<string, string>> = { user: 'you', assistant: 'Jarvis', tool: 'a tool' };

/** What a hit is, in a line: `Event, critical, fixed in 12 min`. */
export function aboutHit({ kind, event, message, count = 1, isCountCapped }: Hit, now: number): string {
  if (message) return `Message by ${SPEAKERS[message.role] ?? message.role} in ${message.sessionId}`;
  if (!event) return kind === 'preference' ? 'Preference' : kind;
  const like = count > 1 ? `one of ${count}${isCountCapped ? ' or more' : ''} that say the same` : undefined;
  return ['Event', event.severity, stateOf(event, now), like].filter(Boolean).join(', ');
}

/** Whether what happened is over; an info asks for nobody, and is neither. */
export function stateOf(event: NonNullable<Hit['event']>, now: number): string | undefined {
  const { resolvedAt, resolved, severity, timestamp } = event;
  const began = Date.parse(timestamp);
  if (resolvedAt) return `fixed in ${length(Date.parse(resolvedAt) - began)}`;
  if (resolved) return 'fixed';
  return severity === 'info' ? undefined : `open ${length(now - began)}`;
}
