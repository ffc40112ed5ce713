import type { EventRule, SnapshotRule } from '../../retention-rules/notation.js';

/** What may be forgotten. */
export const CLASSES = ['snapshots', 'events', 'conversations'] as const;
export type RetentionClass = (typeof CLASSES)[number];

/** The rules that hold, read from their texts; what has none is kept. */
export interface Rules {
  readonly timeZone: string;
  readonly snapshots?: SnapshotRule | undefined;
  readonly events?: EventRule | undefined;
  /** The age of the last message, in milliseconds. */
  readonly conversations?: number | undefined;
  /** In bytes. */
  readonly budget?: number | undefined;
}

export interface PlanInput {
  readonly rules: Rules;
  readonly now: string;
  readonly sizes: Sizes;
  /** Whether the keys are wanted, and not only how many there are. */
  readonly isForRun: boolean;
}

/** What the memory takes, in bytes. */
export interface Sizes {
  readonly total: number;
  /** What one of the class takes with its indexes, on average. */
  readonly each: Readonly<Record<RetentionClass, number>>;
}

/** What goes by one rule, the oldest first. */
export interface Group {
  readonly kind: 'snapshot' | 'event' | 'session';
  readonly by: 'rule' | 'budget';
  /** Of a severity, where the rule is about one. */
  readonly severity?: string;
  /** Numbers as bytes: a year of minutes is copied to the event loop at once. */
  readonly keys: Float64Array | readonly string[];
}

export interface ClassPlan {
  readonly class: RetentionClass;
  /** How many rows there are: of conversations, messages. */
  readonly rows: number;
  readonly goes: number;
  readonly bytesFreed: number;
  /** The time of the oldest row now; null where there is none. */
  readonly oldestAt: string | null;
  /** The time of the oldest row afterwards. */
  readonly reachesBackTo: string | null;
  /** The time of the newest row that goes: nothing is missing after it. */
  readonly completeAfter: string | null;
}

export interface Plan {
  readonly classes: readonly ClassPlan[];
  readonly groups: readonly Group[];
  /** What is above the budget though all goes that may; 0 where it can be kept. */
  readonly missingBytes: number;
}
