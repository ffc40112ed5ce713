/** What kind of thing happened. */
export const EVENT_TYPES = ['alert', 'action', 'status', 'metric'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** How bad it is, from harmless to worst. */
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Who noticed or did it. */
export const EVENT_SOURCES = ['monitor', 'user', 'jarvis', 'system'] as const;
export type EventSource = (typeof EVENT_SOURCES)[number];

/** Who can resolve an event. */
export const RESOLVERS = ['jarvis', 'user'] as const;
export type Resolver = (typeof RESOLVERS)[number];

/** The given severity and all that are worse. */
export function severitiesFrom(least: Severity): readonly Severity[] {
  return SEVERITIES.slice(SEVERITIES.indexOf(least));
}
