import { length } from '../../words/times.js';
import type { MessageRow } from './turns.js';

/** How long a call took: `412 ms`, `1.2 s`, `3 min`; nothing where the clock says nothing. */
export function span(from: MessageRow, to: MessageRow): string {
  const took = Date.parse(to.timestamp) - Date.parse(from.timestamp);
  if (took <= 0) return '';
  if (took < 1000) return `${took} ms`;
  return took < 60_000 ? `${(took / 1000).toFixed(1)} s` : length(took);
}
