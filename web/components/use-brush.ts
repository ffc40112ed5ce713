import { useRef, useState } from 'preact/hooks';
import type { RefObject, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import type { Span } from '../state/range.js';
import { brushAfter, snapped } from './histogram-brush.js';
import { placeOf } from './histogram-layout.js';

/** So near, in pixels, an edge is taken hold of. */
const REACH = 6;

interface Brush {
  readonly svg: RefObject<SVGSVGElement | null>;
  /** As it is drawn, also while it is dragged. */
  readonly brush: Span | undefined;
  readonly onPointerDown: (event: TargetedPointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: TargetedPointerEvent<HTMLElement>) => void;
  readonly onPointerUp: () => void;
  readonly onKeyDown: (event: TargetedKeyboardEvent<HTMLElement>) => void;
}

/** Choosing a part of a chart by dragging, by its edges, by a click on a bar, and by keys. */
export function useBrush(
  bars: readonly Span[],
  span: Span,
  chosen: Span | undefined,
  onBrush: ((brush: Span | undefined) => void) | undefined,
): Brush {
  const svg = useRef<SVGSVGElement>(null);
  const [draft, setDraft] = useState<{ readonly fixed: number; readonly brush: Span | undefined }>();
  const box = (): DOMRect => svg.current?.getBoundingClientRect() ?? new DOMRect();
  const timeAt = (x: number): number =>
    span.since + ((x - box().left) / Math.max(1, box().width)) * (span.until - span.since);
  const isNear = (at: number, x: number): boolean =>
    Math.abs((placeOf(at, span) / 100) * box().width - (x - box().left)) <= REACH;
  return {
    svg,
    brush: draft ? draft.brush : chosen,
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const { clientX } = event;
      const fixed =
        chosen && isNear(chosen.since, clientX)
          ? chosen.until - 1
          : chosen && isNear(chosen.until, clientX)
            ? chosen.since + 1
            : timeAt(clientX);
      setDraft({ fixed, brush: snapped(fixed, timeAt(clientX), bars) });
    },
    onPointerMove: ({ clientX }) => {
      if (draft) setDraft({ ...draft, brush: snapped(draft.fixed, timeAt(clientX), bars) });
    },
    onPointerUp: () => {
      if (draft) onBrush?.(isSame(draft.brush, chosen) ? undefined : draft.brush);
      setDraft(undefined);
    },
    onKeyDown: (event) => {
      const next = brushAfter(event, chosen, bars);
      if (next === 'same') return;
      event.preventDefault();
      onBrush?.(next);
    },
  };
}

/** A click on the one bar that is chosen clears it. */
function isSame(one: Span | undefined, other: Span | undefined): boolean {
  return one?.since === other?.since && one?.until === other?.until;
}
