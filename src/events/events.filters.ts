import type { SelectQueryBuilder } from 'typeorm';
import type { EventEntity } from './event.entity.js';
import { severitiesFrom, type Severity } from './event.values.js';
import type { EventsQueryDto } from './dto/event.request.js';

export type EventFilters = Partial<Omit<EventsQueryDto, 'limit' | 'cursor'>>;

/** Adds the filters to a query over events under the alias `event`; all that are given have to hold. */
export function applyFilters(query: SelectQueryBuilder<EventEntity>, filters: EventFilters): void {
  const { type, source, node, resolved, since, until } = filters;
  const oneOf = { type, severity: wantedSeverities(filters), source, node };
  for (const [column, values] of Object.entries(oneOf)) {
    if (values) query.andWhere(`event.${column} IN (:...${column})`, { [column]: values });
  }
  // Written into the statement, because a partial index serves only a condition that it can see.
  if (resolved !== undefined) query.andWhere(`event.resolved = ${resolved ? 1 : 0}`);
  if (since !== undefined) query.andWhere('event.timestamp >= :since', { since });
  if (until !== undefined) query.andWhere('event.timestamp < :until', { until });
}

function wantedSeverities({ severity, minSeverity }: EventFilters): readonly Severity[] | undefined {
  if (minSeverity === undefined) return severity;
  const badEnough = severitiesFrom(minSeverity);
  return severity ? badEnough.filter((one) => severity.includes(one)) : badEnough;
}
