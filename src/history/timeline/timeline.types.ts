import type { LineKind } from '../../cluster/index.js';
import type { Coverage } from '../coverage/read-coverage.js';

/** What a timeline is made of, in the order of what has the same time. */
export const TIMELINE_KINDS = ['snapshot', 'event', 'message', 'preference', 'resolution'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Something that happened, of any kind. */
export interface TimelineItem {
  readonly at: string;
  readonly kind: TimelineKind;
  /** The id of the event, message or snapshot, the key of the preference. */
  readonly id: number | string;
  /** One line. */
  readonly title: string;
  readonly node?: string;
  readonly severity?: string;
  /** The conversation of a message. */
  readonly sessionId?: string;
  /** The kinds of what a snapshot shows as changed, each once. */
  readonly changes?: readonly LineKind[];
}

/** A place in the order of a timeline. */
export interface Place {
  readonly at: string;
  readonly kind: TimelineKind;
  /** Of the row; of a preference that of its change. */
  readonly id: number;
}

export interface PlacedItem extends TimelineItem {
  readonly place: Place;
}

export interface TimelineFilters {
  readonly kind?: readonly TimelineKind[] | undefined;
  readonly node?: string | undefined;
  readonly sessionId?: string | undefined;
}

/** An item that a timeline is centred on. */
export interface Around {
  readonly kind: TimelineKind;
  readonly id: number | string;
}

export interface TimelineInput {
  readonly filters: TimelineFilters;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly around?: Around | undefined;
  /** How far the window reaches before and after what it is centred on. */
  readonly minutes: number;
  readonly limit: number;
  /** The last place of the page before. */
  readonly after?: Place | undefined;
  readonly now: string;
}

export interface TimelineOutput {
  readonly items: readonly PlacedItem[];
  /** Where it goes on; missing at the end. */
  readonly next?: Place | undefined;
  readonly coverage: Coverage;
  /** Snapshots from here on wait to be compared with the one before. */
  readonly uncomparedSince: string | null;
}
