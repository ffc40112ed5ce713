import type { Conditions } from '../database/index.js';
import type { EventEntity } from './event.entity.js';
import { endAfter, openAtConditions } from './open-at.js';
import { severitiesFrom, type Severity } from './event.values.js';
import type { EventsQueryDto } from './dto/event.request.js';

export type EventFilters = Partial<Omit<EventsQueryDto, 'limit' | 'cursor'>>;

/** The conditions for events that match all given filters. */
export function conditionsOf(filters: EventFilters): Conditions<EventEntity> {
  const { type, source, node, resolved, since, until, openAt } = filters;
  const end = openAt === undefined ? undefined : endAfter(openAt);
  return {
    oneOf: { type, severity: wantedSeverities(filters), source, node },
    flags: { resolved },
    anyOf: openAt === undefined ? undefined : openAtConditions(openAt, since),
    since,
    until: end !== undefined && (until === undefined || end < until) ? end : until,
  };
}

function wantedSeverities({ severity, minSeverity }: EventFilters): readonly Severity[] | undefined {
  if (minSeverity === undefined) return severity;
  const badEnough = severitiesFrom(minSeverity);
  return severity ? badEnough.filter((one) => severity.includes(one)) : badEnough;
}
