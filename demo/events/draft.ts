import type { EventInput, Resolver } from '../../src/events/index.js';
import type { Story } from '../story.js';
import { iso } from '../time.js';

/** An event as the topics tell it: what happened when, and whether and when it was dealt with. */
export interface DraftEvent extends Omit<EventInput, 'timestamp'> {
  readonly at: number;
  readonly resolved?: { readonly at: number; readonly by: Resolver };
}

/** An event as the service takes it, and when it was resolved by whom. */
export interface DemoEvent {
  readonly event: EventInput & { readonly timestamp: string };
  readonly resolvedBy?: Resolver;
  readonly resolvedAt?: string;
}

/** Brings what the topics told into the order of time. What lies outside the span has not happened (yet). */
export function settle(
  drafts: readonly DraftEvent[],
  { start, end }: Pick<Story, 'start' | 'end'>,
): DemoEvent[] {
  return drafts
    .filter(({ at }) => at >= start && at < end)
    .sort((one, other) => one.at - other.at)
    .map(({ at, resolved, ...event }) => ({
      event: { ...event, timestamp: iso(at) },
      ...(resolved && resolved.at < end ? { resolvedBy: resolved.by, resolvedAt: iso(resolved.at) } : {}),
    }));
}
