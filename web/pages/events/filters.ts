import type { EventRow, QueryOf } from '../../api/types.js';
import type { Changes } from '../../state/address.js';
import type { Span } from '../../state/range.js';
import { severityOf, SEVERITIES } from '../../components/severities.js';

export const TYPES = ['alert', 'action', 'status', 'metric'] as const;
export const SOURCES = ['monitor', 'user', 'jarvis', 'system'] as const;

/** Of which fields an address names some values, parted by commas. */
export const FIELDS = ['severity', 'type', 'source', 'node'] as const;
export type Field = (typeof FIELDS)[number];

/** Which events are shown. A field without values takes all. */
export interface Filters extends Readonly<Record<Field, readonly string[]>> {
  readonly isOpenOnly: boolean;
}

type Query = NonNullable<QueryOf<'/api/memory/events'>>;

/** The filters of an address; what names no value of a field is left out. */
export function filtersOf(valueOf: (name: string) => string | undefined): Filters {
  const values = (name: Field, known?: readonly string[]): readonly string[] =>
    (valueOf(name) ?? '').split(',').filter((one) => one !== '' && (known?.includes(one) ?? true));
  return {
    severity: values('severity', SEVERITIES),
    type: values('type', TYPES),
    source: values('source', SOURCES),
    node: values('node'),
    isOpenOnly: valueOf('open') !== undefined,
  };
}

/** The change of the address that switches a value of a field on or off. */
export function toggled(filters: Filters, field: Field, value: string, all: readonly string[]): Changes {
  const chosen = filters[field].length === 0 && field === 'severity' ? all : filters[field];
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  const isAll = field !== 'node' && all.every((one) => next.includes(one));
  return { [field]: isAll || next.length === 0 ? undefined : next.join(',') };
}

/** What the API is asked for. */
export function queryOf({ severity, type, source, node, isOpenOnly }: Filters, at?: string): Query {
  return {
    ...(severity.length > 0 && { severity: [...severity] as Query['severity'] }),
    ...(type.length > 0 && { type: [...type] as Query['type'] }),
    ...(source.length > 0 && { source: [...source] as Query['source'] }),
    ...(node.length > 0 && { node: [...node] }),
    ...(isOpenOnly && (at === undefined ? { resolved: false } : { openAt: at })),
  };
}

/** Whether an event that arrives belongs into the list: the same that the API would say. */
export function takes(filters: Filters, event: EventRow): boolean {
  const isOne = (values: readonly string[], value: string | null): boolean =>
    values.length === 0 || (value !== null && values.includes(value));
  return (
    isOne(filters.severity, event.severity) &&
    isOne(filters.type, event.type) &&
    isOne(filters.source, event.source) &&
    isOne(filters.node, event.node) &&
    !(filters.isOpenOnly && event.resolved)
  );
}

/** A filter in words: `Source is not user`, `Node is pve1 or pve2`. */
export function filterWords(field: Field, values: readonly string[], all: readonly string[]): string {
  const name = field.charAt(0).toUpperCase() + field.slice(1);
  const others = all.filter((one) => !values.includes(one));
  const [left] = others;
  return others.length === 1 && left !== undefined && all.length > 2
    ? `${name} is not ${left}`
    : `${name} is ${values.join(' or ')}`;
}

/** Whether an event was open at a moment, or is now; one of no weight never is. */
export function isOpenAt(event: EventRow, at: number | undefined): boolean {
  if (severityOf(event.severity) === 'info' || isFixedAt(event, at)) return false;
  return at === undefined || Date.parse(event.timestamp) <= at;
}

/** Whether an event was resolved by a moment, or is now. */
export function isFixedAt({ resolved, resolvedAt }: EventRow, at: number | undefined): boolean {
  return resolved && (at === undefined || resolvedAt === null || Date.parse(resolvedAt) <= at);
}

/** Whether a moment is in a span. */
export function isWithin(at: number, { since, until }: Span): boolean {
  return since <= at && at < until;
}
