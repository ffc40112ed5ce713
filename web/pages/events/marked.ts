import type { EventRow } from '../../api/types.js';
import type { FoldedEvent } from '../../components/fold-events.js';
import { severityOf } from '../../components/severities.js';

/** The ids of the events that are marked. */
export type Marks = ReadonlySet<number>;

/** With a row marked, or no longer: all that is folded in it. */
export function toggledMarks(marks: Marks, { all }: FoldedEvent): Marks {
  const isMarked = isRowMarked(marks, { all });
  const next = new Set(marks);
  for (const { id } of all) {
    if (isMarked) next.delete(id);
    else next.add(id);
  }
  return next;
}

export function isRowMarked(marks: Marks, { all }: Pick<FoldedEvent, 'all'>): boolean {
  return all.some(({ id }) => marks.has(id));
}

/** What is of no weight asks for nobody. */
export function mayBeFixed({ severity, type }: EventRow): boolean {
  return severityOf(severity) !== 'info' || type === 'alert';
}

/** A line each, as one pastes them into a note. */
export function linesOf(rows: readonly EventRow[]): string {
  return rows
    .map(({ timestamp, severity, node, summary }) =>
      [timestamp, severity, node ?? 'cluster', summary].join('  '),
    )
    .join('\n');
}
