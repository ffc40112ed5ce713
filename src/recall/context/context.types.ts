import type { Coverage } from '../../history/coverage/read-coverage.js';

/** The sections of a context pack in their order: what changes least is first, so that prompt caches hold. */
export const CONTEXT_SECTIONS = [
  'preferences',
  'open_events',
  'cluster',
  'conversation',
  'recalled',
  'similar',
] as const;
export type SectionName = (typeof CONTEXT_SECTIONS)[number];

export const MIN_BUDGET = 50;
export const MAX_BUDGET = 32_000;
export const DEFAULT_BUDGET = 600;

/** What a line can come from. */
export const SOURCE_KINDS = ['preference', 'event', 'snapshot', 'message'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export interface ContextInput {
  readonly query?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly node?: string | undefined;
  /** As the memory was at this moment. Default: as it is. */
  readonly at?: string | undefined;
  readonly budgetTokens: number;
  /** Default: all. */
  readonly sections?: readonly SectionName[] | undefined;
}

/** A row that a line comes from. */
export interface Source {
  readonly kind: SourceKind;
  /** The id, or the key of a preference. */
  readonly id: number | string;
  readonly timestamp: string;
}

/** What may become a line of the pack. */
export interface Draft extends Source {
  readonly why: string;
  /** What the line says of its source, as it is stored. */
  readonly text: string;
  /** Where it stands in its section, if that is not the order of importance. */
  readonly place?: number;
  /** What is said only once in a pack; default: its source. */
  readonly topic?: string;
  /** Whether it is an alert, which may have been there before. */
  readonly isAlert?: boolean;
}

/** What a section could hold, the most important first. */
export interface DraftSection {
  readonly name: SectionName;
  readonly drafts: readonly Draft[];
  /** What is said where there is nothing. */
  readonly note?: string;
  /** Whether the request has nothing to fill it with, so that it needs no room. */
  readonly isUnasked?: boolean;
}

export interface ContextItem extends Source {
  readonly tokens: number;
  readonly why: string;
}

export interface ContextSection {
  readonly name: SectionName;
  readonly tokens: number;
  readonly items: readonly ContextItem[];
}

export interface OmittedItems {
  readonly name: SectionName;
  readonly count: number;
  readonly tokens: number;
}

export interface ContextOutput {
  readonly text: string;
  readonly tokens: number;
  readonly budgetTokens: number;
  readonly sections: readonly ContextSection[];
  readonly omitted: readonly OmittedItems[];
  /** Of the day before the newest row, or before the moment that was asked about. */
  readonly coverage: Coverage;
}
