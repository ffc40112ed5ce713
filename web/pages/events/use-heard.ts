import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { EventRow } from '../../api/types.js';
import { eventsOf } from '../../state/changes.js';
import { serverNow } from '../../state/clock.js';
import { onChange } from '../../state/live.js';
import type { Span } from '../../state/range.js';
import { isWithin, takes, type Filters } from './filters.js';
import { MOST_HEARD, NOTHING, withHeard, withoutRead, type Heard } from './heard.js';

/** What of that which arrives belongs into a list. */
export interface Hearing {
  readonly filters: Filters;
  readonly span: Span;
  /** Whether the span goes on as time does. */
  readonly isLive: boolean;
  /** Whether what arrives has to wait. */
  readonly isHolding: () => boolean;
}

interface HeardSince {
  readonly heard: Heard;
  /** Counts up when the list has to be read anew. */
  readonly resyncs: number;
  /** The list has been read. */
  readonly noteRead: () => void;
  readonly showHeld: () => void;
}

/** Clocks of those who send are not exactly that of the service. */
const TOLERANCE_MS = 3_600_000;

/** What arrived since a list was read. @param key of the list. */
export function useHeard(wanted: Hearing, key: string): HeardSince {
  const heard = useSignal(NOTHING);
  const resyncs = useSignal(0);
  /** What had been heard when the list was asked for anew: it will be in it. */
  const read = useRef<ReadonlySet<number> | undefined>(undefined);
  const latest = useRef(wanted);
  latest.current = wanted;
  const readAnew = (): void => {
    read.current = new Set(heard.peek().rows.keys());
    resyncs.value += 1;
  };
  useEffect(() => {
    heard.value = NOTHING;
    read.current = undefined;
    return onChange((changes) => {
      const isHolding = latest.current.isHolding();
      const saved = eventsOf(changes, 'event.saved').filter((event) => isOf(latest.current, event));
      heard.value = withHeard(heard.peek(), saved, eventsOf(changes, 'event.resolved'), isHolding);
      const isPastBound = !isHolding && heard.peek().rows.size >= MOST_HEARD && !read.current;
      if (isPastBound || changes.some(({ type }) => type === 'memory.forgotten' || type === 'resync'))
        readAnew();
    });
  }, [key]);
  return {
    heard: heard.value,
    resyncs: resyncs.value,
    noteRead: () => {
      if (read.current) heard.value = withoutRead(heard.peek(), read.current);
      read.current = undefined;
    },
    showHeld: () => {
      const { isCut } = heard.peek();
      heard.value = { ...heard.peek(), held: new Set(), isCut: false };
      if (isCut) readAnew();
    },
  };
}

function isOf({ filters, span, isLive }: Hearing, event: EventRow): boolean {
  const until = isLive ? serverNow() + TOLERANCE_MS : span.until;
  return takes(filters, event) && isWithin(Date.parse(event.timestamp), { ...span, until });
}
