import { useEffect, useRef, useState } from 'preact/hooks';
import { changeQuery, queryValue } from '../../state/address.js';
import { now, serverNow } from '../../state/clock.js';
import { chooseInstant, instant, iso, rangeName, shownEnd, span } from '../../state/range.js';

export type Letter = 'a' | 'b';

export interface Moments {
  readonly a: number;
  readonly b: number;
  /** Whether B is what the cluster is now. */
  readonly isLive: boolean;
  readonly move: (letter: Letter, to: number) => void;
  readonly swap: () => void;
}

const HOUR = 3_600_000;
const STEP = 300_000;
/** A browser takes only so many changes of its address; and what is passed by is not asked for. */
const SETTLE_MS = 250;

/**
 * A is this page's own; at first it is an hour before B, or before the newest change where that is longer ago. B is the
 * instant of all pages. Of a range of one's own, both are at its ends.
 */
export function useMoments(newestChange: number | undefined): Moments {
  const [draft, setDraft] = useState<{ readonly letter: Letter; readonly at: number }>();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const given = Date.parse(queryValue('b') ?? '');
  useEffect(() => {
    if (!Number.isNaN(given)) changeQuery({ at: iso(given), b: undefined });
    return () => {
      clearTimeout(timer.current);
    };
  }, [given]);
  const chosen = Date.parse(queryValue('a') ?? '');
  // Before the address says so too: the lens has its place by then.
  const b = Number.isNaN(given) ? shownEnd.value : Math.min(given, now.value);
  const a = Number.isNaN(chosen) ? firstA(b, newestChange) : Math.min(chosen, now.value);
  const commit = (letter: Letter, at: number): void => {
    setDraft(undefined);
    if (letter === 'b') {
      if (Number.isNaN(chosen)) changeQuery({ a: iso(a) });
      chooseInstant(at);
    } else changeQuery({ a: iso(at) });
  };
  return {
    a: draft?.letter === 'a' ? draft.at : a,
    b: draft?.letter === 'b' ? draft.at : b,
    isLive: b === now.value && draft?.letter !== 'b',
    move: (letter, to) => {
      const at = Math.min(to, serverNow());
      setDraft({ letter, at });
      clearTimeout(timer.current);
      timer.current = setTimeout(commit, SETTLE_MS, letter, at);
    },
    swap: () => {
      changeQuery({ a: iso(b) });
      chooseInstant(a);
    },
  };
}

function firstA(b: number, newestChange: number | undefined): number {
  if (rangeName.value === 'custom' && instant.value === undefined) return span.value.since;
  const reach = Math.min(b - HOUR, (newestChange ?? b) - STEP);
  return Math.floor(reach / STEP) * STEP;
}

/** The moment once it has stayed for a moment. */
export function useSettled(at: number): number {
  const [settled, setSettled] = useState(at);
  useEffect(() => {
    const timer = setTimeout(setSettled, SETTLE_MS, at);
    return () => {
      clearTimeout(timer);
    };
  }, [at]);
  return settled;
}
