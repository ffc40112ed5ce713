import type { Environment } from '../config/index.js';
import type { Rules } from './plan/plan.types.js';
import { isTimeZone } from '../time/days.js';
import { budgetRule, conversationRule, eventRule, snapshotRule } from '../retention-rules/notation.js';

/** The parts of a rule set, by the names that requests give them. */
export const RULE_NAMES = ['snapshots', 'events', 'conversations', 'budget'] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** Rules as they are written; what is left out is not set. */
export type RuleTexts = Readonly<Partial<Record<RuleName | 'timeZone', string>>>;

/** What the environment says; an outside application has none. */
export function textsOf(environment: Environment): RuleTexts {
  const { RETENTION_SNAPSHOTS, RETENTION_EVENTS, RETENTION_CONVERSATIONS, MEMORY_BUDGET } = environment;
  return withoutUnset({
    snapshots: RETENTION_SNAPSHOTS,
    events: RETENTION_EVENTS,
    conversations: RETENTION_CONVERSATIONS,
    budget: MEMORY_BUDGET,
    timeZone: environment.RETENTION_TIME_ZONE,
  });
}

/** Empty, as a compose file may leave it, counts as unset. */
function withoutUnset(texts: Partial<Record<RuleName | 'timeZone', string | undefined>>): RuleTexts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => Boolean(text)));
}

/** What a request set holds for its part, and what the environment says for the others. */
export function rulesOf(texts: RuleTexts): Rules {
  const { snapshots, events, conversations, budget, timeZone } = texts;
  return {
    timeZone: timeZone ?? zoneOfMachine(),
    snapshots: snapshots === undefined ? undefined : snapshotRule(snapshots),
    events: events === undefined ? undefined : eventRule(events),
    conversations: conversations === undefined ? undefined : conversationRule(conversations),
    budget: budget === undefined ? undefined : budgetRule(budget),
  };
}

/** Whether anything may be forgotten. */
export function forgetsAnything({ snapshots, events, conversations, budget }: Rules): boolean {
  return [snapshots, events, conversations, budget].some((rule) => rule !== undefined);
}

/** A machine may name a zone that nobody knows, such as `TZ=UTC+3`. */
function zoneOfMachine(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions() as { timeZone: string | undefined };
  return timeZone !== undefined && isTimeZone(timeZone) ? timeZone : 'UTC';
}
