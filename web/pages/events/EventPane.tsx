import { useState } from 'preact/hooks';
import type { JSX, RefObject } from 'preact';
import type { FoldedEvent } from '../../components/fold-events.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { severityOf } from '../../components/severities.js';
import { Skeleton } from '../../components/Skeleton.js';
import { VirtualList } from '../../components/VirtualList.js';
import { now } from '../../state/clock.js';
import { PHONE, useMedia } from '../../state/media.js';
import { instant, type Span } from '../../state/range.js';
import { dayName } from '../../words/times.js';
import { BrushActions } from './BrushActions.js';
import { EventListRow } from './EventListRow.js';
import { isFixedAt } from './filters.js';
import { isRowMarked, toggledMarks, type Marks } from './marked.js';
import { MarkedBar } from './MarkedBar.js';
import { NewPill } from './NewPill.js';
import { NoEvents } from './NoEvents.js';
import type { EventList } from './use-event-list.js';
import { openEvent, type View } from './use-view.js';

interface Props {
  readonly view: View;
  readonly list: EventList;
  readonly folded: readonly FoldedEvent[];
  /** Told whether the list is away from its top: what arrives then waits. */
  readonly isScrolled: RefObject<boolean>;
}

/** The list under its head: the day of its first row, what is new, what to do with the part that is chosen. */
export function EventPane({ view, list, folded, isScrolled }: Props): JSX.Element {
  const [top, setTop] = useState(0);
  const [marks, setMarks] = useState<Marks>(new Set());
  const isPhone = useMedia(PHONE);
  const { brush, id } = view;
  const selected = folded.find(({ all }) => all.some((event) => event.id === id))?.event.id;
  return (
    <>
      <ListHead brush={brush} list={list} first={folded[top] ?? folded[0]} marks={marks} onMarks={setMarks} />
      <div class="event-list">
        <Contents list={list} view={view}>
          <VirtualList
            rows={folded}
            keyOf={({ event }) => event.id}
            classOf={(row) => `${classOf(row)}${isRowMarked(marks, row) ? ' marked' : ''}`}
            label="Events, newest first"
            rowHeight={isPhone ? 52 : 32}
            selected={selected}
            hasShortcuts
            onMark={(row) => {
              setMarks(toggledMarks(marks, row));
            }}
            onOpen={({ event }) => {
              openEvent(event.id, id === undefined ? 'push' : 'replace');
            }}
            onMove={({ event }) => {
              if (id !== undefined) openEvent(event.id);
            }}
            onTop={(index) => {
              setTop(index);
              isScrolled.current = index > 0;
            }}
            onEnd={list.endless.loadMore}
            foot={<Foot list={list} />}
          >
            {(row) => <EventListRow of={row} isMarked={isRowMarked(marks, row)} />}
          </VirtualList>
        </Contents>
      </div>
    </>
  );
}

interface HeadProps {
  readonly brush: Span | undefined;
  readonly list: EventList;
  /** The first row that is seen. */
  readonly first: FoldedEvent | undefined;
  readonly marks: Marks;
  readonly onMarks: (marks: Marks) => void;
}

function ListHead({ brush, list, first, marks, onMarks }: HeadProps): JSX.Element {
  const marked = list.rows.filter(({ id }) => marks.has(id));
  return (
    <div class="list-head">
      <span class="faint">{first && dayName(Date.parse(first.event.timestamp), now.value)}</span>
      <NewPill of={list} />
      <span class="actions">
        {marked.length > 0 ? (
          <MarkedBar
            rows={marked}
            onClear={() => {
              onMarks(new Set());
            }}
          />
        ) : (
          brush && <BrushActions brush={brush} />
        )}
      </span>
    </div>
  );
}

function Contents({
  list,
  view,
  children,
}: Pick<Props, 'list' | 'view'> & { children: JSX.Element }): JSX.Element {
  const { rows, first } = list.endless;
  const problem = first.problem.value;
  if (rows.value === undefined && problem)
    return <ProblemBox what="The events could not be read." problem={problem} retry={first.reload} />;
  if (rows.value === undefined) return <Skeleton rows={14} />;
  return list.rows.length === 0 && list.endless.next.value === null ? <NoEvents view={view} /> : children;
}

function Foot({ list }: Pick<Props, 'list'>): JSX.Element | null {
  const { problem, next, loadMore } = list.endless;
  if (problem.value)
    return <ProblemBox what="The next events could not be read." problem={problem.value} retry={loadMore} />;
  return next.value === null ? null : <Skeleton rows={2} />;
}

function classOf({ event }: FoldedEvent): string {
  return `event-row ${severityOf(event.severity)}${isFixedAt(event, instant.value) ? ' done' : ''}`;
}
