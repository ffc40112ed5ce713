/** The kinds of events. */
export const EVENT_TYPES = ['alert', 'action', 'status', 'metric'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The severities, in ascending order. */
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The sources of events. */
export const EVENT_SOURCES = ['monitor', 'user', 'jarvis', 'system'] as const;
export type EventSource = (typeof EVENT_SOURCES)[number];

/** Those who can resolve an event. */
export const RESOLVERS = ['jarvis', 'user'] as const;
export type Resolver = (typeof RESOLVERS)[number];

/** The given severity and all higher ones. */
export function severitiesFrom(least: Severity): readonly Severity[] {
  return SEVERITIES.slice(SEVERITIES.indexOf(least));
}
