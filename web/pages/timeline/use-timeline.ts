import { useEffect, useRef, useState } from 'preact/hooks';
import { useResource, type Resource } from '../../api/resource.js';
import { useAgain } from '../../api/use-again.js';
import { changeQuery, queryValue } from '../../state/address.js';
import { versionOf, type Subject } from '../../state/live.js';
import { instant, span, type Span } from '../../state/range.js';
import { spanWith } from '../../state/span-with.js';
import type { Hole } from '../../words/gaps.js';
import { LANES, type Bar, type Entry, type Lane } from './entries.js';
import { loadActions, loadItems, loadMoment, loadProblems, type Loaded } from './load.js';
import { loadedFor, spanFrom, spanText, within } from './view.js';

const AROUND_MS = 15 * 60_000;

export interface Timeline {
  readonly whole: Span;
  readonly view: Span;
  /** The part of the view of which the entries are listed. */
  readonly part: Span | undefined;
  readonly lanes: Readonly<Record<Lane, Resource<Loaded>>>;
  readonly entries: readonly Entry[];
  readonly bars: readonly Bar[];
  readonly holes: readonly Hole[];
  /** What it is centred on: `event:12`. */
  readonly around: string | undefined;
  readonly centre: Resource<number>;
  readonly look: (view: Span | undefined) => void;
  readonly choose: (part: Span | undefined) => void;
}

/** What the page shows, by its address. While the time is live, it follows what happens; with an instant it stands still. */
export function useTimeline(): Timeline {
  const around = queryValue('around');
  const centre = useResource(around === undefined ? undefined : (signal) => loadMoment(around, signal), [
    around,
  ]);
  const middle = around === undefined ? undefined : centre.data.value;
  const whole = useWhole(middle ?? instant.value);
  const near = middle === undefined ? undefined : { since: middle - AROUND_MS, until: middle + AROUND_MS };
  const zoomedTo = spanFrom(queryValue('view')) ?? near;
  const view = (zoomedTo && within(zoomedTo, whole)) ?? whole;
  const [cutWidth, setCutWidth] = useState<number>();
  const width = whole.until - whole.since;
  const loaded = cutWidth === width && view !== whole ? loadedFor(view, whole) : whole;
  const { problems, items, ...others } = useLanes(loaded);
  const lanes = { problems, ...others };
  const isCut = LANES.some((lane) => lanes[lane].data.value?.isCut);
  useEffect(() => {
    if (isCut && loaded === whole) setCutWidth(width);
  }, [isCut, loaded === whole, width]);
  const all = LANES.map((lane) => lanes[lane].data.value?.entries);
  return {
    whole,
    view,
    part: spanFrom(queryValue('part')),
    lanes,
    entries: all.flatMap((entries) => entries ?? []),
    bars: problems.data.value?.bars ?? [],
    holes: items.data.value?.holes ?? [],
    around,
    centre,
    look: (next) => changeQuery({ view: spanText(next ?? (near && whole)) }),
    choose: (part) => changeQuery({ part: spanText(part) }),
  };
}

function useLanes(loaded: Span) {
  const keys = (subject: Subject): unknown[] => [
    loaded.since,
    loaded.until,
    instant.value === undefined ? versionOf(subject).value : 0,
  ];
  const changes = useResource((signal) => loadItems('snapshot', loaded, signal), keys('snapshots'));
  useAgain(changes, changes.data.value?.isPartial === true);
  const preferences = useResource((signal) => loadItems('preference', loaded, signal), keys('preferences'));
  return {
    problems: useResource((signal) => loadProblems(loaded, signal), keys('events')),
    actions: useResource((signal) => loadActions(loaded, signal), keys('events')),
    messages: useResource((signal) => loadItems('message', loaded, signal), keys('conversations')),
    changes,
    preferences,
    /** Preferences are few, so that their one page has the gaps of all of the span. */
    items: preferences,
  };
}

/** The span with the moment in it. With an instant it does not move on with the minutes. */
function useWhole(at: number | undefined): Span {
  const held = useRef<Span | undefined>(undefined);
  const next = at === undefined ? span.value : spanWith(span.value, at);
  const known = held.current;
  const isHeld =
    at !== undefined &&
    known !== undefined &&
    known.since <= at &&
    at <= known.until &&
    known.until - known.since === next.until - next.since &&
    Math.abs(known.until - next.until) < 3_600_000;
  if (!isHeld && (known?.since !== next.since || known.until !== next.until)) held.current = next;
  return held.current ?? next;
}
