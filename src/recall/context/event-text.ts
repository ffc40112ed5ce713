import { minuteOf } from './quote.js';
import type { EventRow } from './rows.js';

/** What a line says of an event. What goes without saying is left out: that it is an alert, or an information. */
export function eventText({ timestamp, severity, type, node, summary }: EventRow): string {
  const facts = [
    minuteOf(timestamp),
    severity === 'info' ? '' : severity,
    type === 'alert' ? '' : type,
    node ?? '',
  ];
  return `${facts.filter((fact) => fact !== '').join(' ')}: ${summary}`;
}

/** The same, with how it ended. */
export function eventTextWithEnd(event: EventRow): string {
  const { type, severity, resolved, resolvedAt, resolvedBy } = event;
  const text = eventText(event);
  if (resolved) {
    const when = resolvedAt === null ? '' : ` ${minuteOf(resolvedAt)}`;
    return `${text} (resolved${when}${resolvedBy === null ? '' : ` by ${resolvedBy}`})`;
  }
  return type === 'alert' && severity !== 'info' ? `${text} (not resolved)` : text;
}
