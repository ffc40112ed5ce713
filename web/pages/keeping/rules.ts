import type { Schemas } from '../../api/types.js';

export type Rules = Schemas['RetentionDto'];

/** The rules as they are written. */
export function textsOf({ snapshots, events, conversations, budget }: Rules): RuleTexts {
  return {
    snapshots: snapshots.rule,
    events: events.rule,
    conversations: conversations.rule,
    budget: budget.rule,
  };
}

export type RuleTexts = Readonly<Record<'snapshots' | 'events' | 'conversations' | 'budget', string | null>>;
