import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import type { EventRow } from '../../api/types.js';
import { Icon } from '../../components/Icon.js';
import type { IconName } from '../../components/icon-shapes.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { Skeleton } from '../../components/Skeleton.js';
import { onChange } from '../../state/live.js';
import { ONE_COLUMN, useMedia } from '../../state/media.js';
import { DetailBody } from './DetailBody.js';
import { EventState } from './EventListRow.js';
import { Severity, severityOf } from '../../components/Severity.js';
import { asResolved } from './use-event-list.js';
import { resolving } from '../../state/resolving.js';

interface Props {
  readonly id: number;
  /** As the list has it, which is shown at once. */
  readonly known: EventRow | undefined;
  /** All that are folded with it. */
  readonly others: readonly EventRow[];
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
  readonly onClose: () => void;
}

/** One event: beside the list, over it where there is no room, and as a sheet on a phone. */
export function Detail({ id, known, others, onPrevious, onNext, onClose }: Props): JSX.Element {
  const isOver = useMedia(ONE_COLUMN);
  const element = useRef<HTMLElement>(null);
  const resource = useResource(
    async (signal) => {
      const params = { path: { id } };
      return (await answerOf(api.GET('/api/memory/events/{id}', { params, signal }))).event;
    },
    [id],
  );
  useEffect(
    () =>
      onChange((changes) => {
        if (changes.some(({ type, data }) => type === 'event.resolved' && data['id'] === id))
          resource.reload();
      }),
    [id],
  );
  useEffect(() => {
    if (isOver) element.current?.focus();
  }, [id, isOver]);
  const found = known ?? resource.data.value;
  const event = found && resolving.value.has(id) && !found.resolved ? asResolved(found) : found;
  const problem = resource.problem.value;
  return (
    <>
      <div class="shade" onClick={onClose} />
      <aside ref={element} class="detail" aria-label="Event" tabIndex={-1}>
        <i class="grab" aria-hidden="true" />
        <div class="detail-top">
          {event && <Severity of={severityOf(event.severity)} />}
          {event && <EventState of={event} />}
          <span class="grow" />
          <Square icon="up" label="Previous" keys="K" onClick={onPrevious} />
          <Square icon="down" label="Next" keys="J" onClick={onNext} />
          <Square icon="close" label="Close" keys="Esc" onClick={onClose} />
        </div>
        {event ? (
          <DetailBody event={event} others={others} />
        ) : problem?.status === 404 || problem?.status === 410 ? (
          <Missing id={id}>{problem.words}</Missing>
        ) : problem ? (
          <ProblemBox what="The event could not be read." problem={problem} retry={resource.reload} />
        ) : (
          <Skeleton rows={8} />
        )}
      </aside>
    </>
  );
}

interface SquareProps {
  readonly icon: IconName;
  readonly label: string;
  readonly keys: string;
  readonly onClick: (() => void) | undefined;
}

function Square({ icon, label, keys, onClick }: SquareProps): JSX.Element {
  return (
    <button
      type="button"
      class={`button plain square ${icon}`}
      title={`${label} (${keys})`}
      disabled={onClick === undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span class="aloud">{label}</span>
    </button>
  );
}

/** What never was, or was forgotten: the service says which, and when. */
function Missing({ id, children }: { id: number; children: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <h2>Event {id} is not here</h2>
      <p class="muted">{children}</p>
    </div>
  );
}
