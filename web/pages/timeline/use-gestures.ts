import { useEffect, useRef, useState } from 'preact/hooks';
import type { RefObject, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import type { Span } from '../../state/range.js';
import type { Timeline } from './use-timeline.js';
import { moved, zoomed } from './view.js';

/** So far, in pixels, a pointer moves before it drags. */
const SLACK = 4;
const SETTLE_MS = 150;
const PER_WHEEL = 0.0015;

interface Gestures {
  readonly element: RefObject<HTMLDivElement | null>;
  /** As they are drawn, also while something is dragged. */
  readonly view: Span;
  readonly part: Span | undefined;
  readonly onPointerDown: (event: TargetedPointerEvent<HTMLDivElement>) => void;
  readonly onPointerMove: (event: TargetedPointerEvent<HTMLDivElement>) => void;
  readonly onPointerUp: () => void;
  readonly onKeyDown: (event: TargetedKeyboardEvent<HTMLDivElement>) => void;
}

interface Drag {
  readonly x: number;
  readonly at: number;
  readonly view: Span;
  readonly isPan: boolean;
  readonly isMoving: boolean;
}

/** Dragging in the lanes chooses a part, dragging the hours moves the view; the wheel zooms, as do keys. */
export function useGestures(of: Timeline): Gestures {
  const element = useRef<HTMLDivElement>(null);
  const [drafts, setDrafts] = useState<{ readonly view?: Span; readonly part?: Span }>({});
  const drag = useRef<Drag | undefined>(undefined);
  const view = drafts.view ?? of.view;
  const part = drafts.part ?? of.part;
  const timeAt = (clientX: number, within: Span): number => {
    const box = element.current?.getBoundingClientRect() ?? new DOMRect();
    return within.since + ((clientX - box.left) / Math.max(1, box.width)) * (within.until - within.since);
  };
  useWheel(element, of, view, timeAt, (next) => setDrafts((known) => ({ ...known, view: next ?? of.whole })));
  useEffect(() => {
    const next = drafts.view;
    if (next === undefined || drag.current) return undefined;
    const timer = setTimeout(() => {
      of.look(next === of.whole ? undefined : next);
      setDrafts({});
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [drafts.view]);
  return {
    element,
    view,
    part,
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      const isPan = event.target instanceof Element && event.target.closest('.hours') !== null;
      drag.current = { x: event.clientX, at: timeAt(event.clientX, view), view, isPan, isMoving: false };
    },
    onPointerMove: (event) => {
      const held = drag.current;
      if (!held || (!held.isMoving && Math.abs(event.clientX - held.x) < SLACK)) return;
      if (!held.isMoving) event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { ...held, isMoving: true };
      const at = timeAt(event.clientX, held.view);
      if (held.isPan) setDrafts({ view: moved(held.view, of.whole, held.at - at) ?? of.whole });
      else setDrafts({ part: { since: Math.min(held.at, at), until: Math.max(held.at, at) } });
    },
    onPointerUp: () => {
      const held = drag.current;
      drag.current = undefined;
      if (held?.isMoving !== true) return;
      if (drafts.part) of.choose(drafts.part);
      if (drafts.view) of.look(drafts.view === of.whole ? undefined : drafts.view);
      setDrafts({});
    },
    onKeyDown: (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      const step = ((view.until - view.since) / (event.shiftKey ? 24 : 8)) * by;
      if (event.shiftKey) of.choose(shifted(part ?? middleOf(view), step));
      else of.look(moved(view, of.whole, step));
    },
  };
}

/** What the wheel does to the view. Where it cannot zoom out further, the page scrolls. */
function useWheel(
  element: RefObject<HTMLDivElement | null>,
  of: Timeline,
  view: Span,
  timeAt: (clientX: number, within: Span) => number,
  onView: (view: Span | undefined) => void,
): void {
  const turn = (event: WheelEvent): void => {
    const isAcross = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (view === of.whole && (isAcross || event.deltaY > 0)) return;
    event.preventDefault();
    const width = element.current?.clientWidth ?? 1;
    if (isAcross) onView(moved(view, of.whole, (event.deltaX / width) * (view.until - view.since)));
    else onView(zoomed(view, of.whole, Math.exp(event.deltaY * PER_WHEEL), timeAt(event.clientX, view)));
  };
  const latest = useRef(turn);
  latest.current = turn;
  useEffect(() => {
    const lanes = element.current;
    const listen = (event: WheelEvent): void => latest.current(event);
    // A listener of the framework may be passive: the page would scroll as well.
    lanes?.addEventListener('wheel', listen, { passive: false });
    return () => {
      lanes?.removeEventListener('wheel', listen);
    };
  }, []);
}

function shifted({ since, until }: Span, by: number): Span {
  return { since: since + by, until: until + by };
}

function middleOf({ since, until }: Span): Span {
  const tenth = (until - since) / 10;
  return { since: since + 4.5 * tenth, until: since + 5.5 * tenth };
}
