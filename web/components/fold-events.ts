import type { EventRow } from '../api/types.js';

/** Events that say the same, shown as one row. */
export interface FoldedEvent {
  /** The newest of them. */
  readonly event: EventRow;
  /** All of them, the newest first. */
  readonly all: readonly EventRow[];
}

/** Folds neighbours that say the same of the same; what is open and what is not stay apart. */
export function foldNeighbours(events: readonly EventRow[]): FoldedEvent[] {
  const folded: { event: EventRow; all: EventRow[] }[] = [];
  for (const event of events) {
    const last = folded.at(-1);
    if (last && saysTheSame(last.event, event)) last.all.push(event);
    else folded.push({ event, all: [event] });
  }
  return folded;
}

/** Folds what says the same wherever it stands; each stands where the first of it does. */
export function foldAll(events: readonly EventRow[]): FoldedEvent[] {
  const folded: { event: EventRow; all: EventRow[] }[] = [];
  for (const event of events) {
    const known = folded.find((one) => saysTheSame(one.event, event));
    if (known) known.all.push(event);
    else folded.push({ event, all: [event] });
  }
  return folded;
}

function saysTheSame(one: EventRow, other: EventRow): boolean {
  return (
    one.summary === other.summary &&
    one.node === other.node &&
    one.severity === other.severity &&
    one.source === other.source &&
    one.resolved === other.resolved
  );
}
