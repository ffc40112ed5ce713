import { useMemo } from 'preact/hooks';
import { changeQuery, queryValue } from '../../state/address.js';
import { chooseSpan, instant, iso, isLive, rangeName, span, type Span } from '../../state/range.js';
import { FIELDS, filtersOf, type Filters } from './filters.js';

/** What of the events is shown, as the address says it. */
export interface View {
  readonly filters: Filters;
  /** Of the histogram. */
  readonly span: Span;
  /** The part of it that is chosen. */
  readonly brush: Span | undefined;
  /** Of the list. */
  readonly listSpan: Span;
  /** Whether the list goes on as time does. */
  readonly isLive: boolean;
  /** What stays the same while it is the same list. */
  readonly name: string;
  readonly at: number | undefined;
  /** The event whose details are open. */
  readonly id: number | undefined;
}

const SEPARATOR = '~';

export function useView(): View {
  const at = instant.value;
  const brush = brushOf(queryValue('part'));
  const values = [...FIELDS, 'open'].map((name) => queryValue(name));
  const filters = useMemo(() => filtersOf(queryValue), values);
  const id = Number(queryValue('id'));
  const whole = span.value;
  const within = brush ?? whole;
  const listSpan = at === undefined ? within : { since: within.since, until: Math.min(within.until, at + 1) };
  const goesOn = isLive.value && !brush;
  return {
    filters,
    span: whole,
    brush,
    listSpan,
    isLive: goesOn,
    name: goesOn ? `live ${rangeName.value}` : `${listSpan.since} ${listSpan.until}`,
    at,
    id: Number.isInteger(id) && id > 0 ? id : undefined,
  };
}

export function chooseBrush(brush: Span | undefined): void {
  changeQuery({ part: brush && [brush.since, brush.until].map(iso).join(SEPARATOR) });
}

/** What is chosen becomes the range of all pages. */
export function zoomTo(brush: Span): void {
  chooseSpan(brush);
  changeQuery({ part: undefined });
}

export function openEvent(id: number | undefined, how: 'push' | 'replace' = 'replace'): void {
  changeQuery({ id: id === undefined ? undefined : String(id) }, how);
}

function brushOf(text: string | undefined): Span | undefined {
  const [since = NaN, until = NaN] = (text ?? '').split(SEPARATOR).map((one) => Date.parse(one));
  return since < until ? { since, until } : undefined;
}
