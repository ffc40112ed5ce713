import type { EventDto } from '../../events/index.js';

/** An event as the first dashboard reads it. */
export interface DashboardEvent {
  /** The dashboard compares ids as text. */
  readonly id: string;
  readonly type: string;
  readonly severity: string;
  readonly title: string;
  readonly message: string;
  readonly node: string | null;
  readonly source: string;
  readonly timestamp: string;
  readonly resolvedAt: string | null;
}

const MAX_TITLE = 80;
const MAX_MESSAGE = 1000;
/** A mark in front of the summary by which the first backend said who wrote it: `[Monitor] `. */
const MARK = /^\[[^\]]{1,40}\]\s+/;
/** A short title, a colon and the rest, as monitors write summaries. */
const TITLED = /^([^:\n]{1,60}):\s+(\S[\s\S]*)$/;

/**
 * What the dashboard shows in bold and below it. A summary such as `[Monitor] pve2: offline for 5 minutes` has both; any
 * other is the title, and the message is that of the details, or the summary again.
 */
export function toDashboardEvent(event: EventDto): DashboardEvent {
  const { id, type, severity, node, source, timestamp, resolvedAt } = event;
  const summary = event.summary.replace(MARK, '');
  const [, title = summary, message = messageIn(event.details) ?? summary] = TITLED.exec(summary) ?? [];
  return {
    id: String(id),
    type,
    severity,
    title: cut(title, MAX_TITLE),
    message: cut(message, MAX_MESSAGE),
    node,
    source,
    timestamp,
    resolvedAt,
  };
}

function messageIn(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('message' in details)) return undefined;
  const { message } = details;
  return typeof message === 'string' && message.trim() !== '' ? message : undefined;
}

/** Cut between two characters, never within one. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
