import { Injectable } from '@nestjs/common';
import { ConversationsTextService } from '../../conversations/index.js';
import type { Key, RowsByKey } from '../../database/index.js';
import { EventsTextService } from '../../events/index.js';
import { PreferencesService } from '../../preferences/index.js';
import { SnapshotsTextService } from '../../snapshots/index.js';
import type { ChangeType } from '../change.js';
import { FacetPool, type Facets } from './facets.js';

/** What a change is about. */
export interface Subject {
  /** What filters decide by; null where the row is gone, and undefined where there never is one. */
  readonly facets?: Facets | null;
  /** When it happened, where the row has such a time. */
  readonly at?: string;
  readonly data: object;
}

/** Reads the rows of some keys, which are in ascending order: so many of them as are read at once. */
export type RowSource = (keys: readonly Key[]) => Promise<Subject[]>;

const SLICE = 100;

/** Where the rows of changes come from, as the routes answer them. */
@Injectable()
export class RowSources {
  readonly byType: Partial<Record<ChangeType, RowSource>>;
  private readonly pool = new FacetPool();

  constructor(
    events: EventsTextService,
    conversations: ConversationsTextService,
    snapshots: SnapshotsTextService,
    preferences: PreferencesService,
  ) {
    const event = sourceOf(
      (ids: readonly number[]) => events.getEvents(ids),
      ({ type, severity, source, node, resolved, timestamp }) => ({
        facets: this.pool.of({ type, severity, source, node, resolved }),
        at: timestamp,
      }),
    );
    this.byType = {
      'event.saved': event,
      'event.resolved': event,
      'message.saved': sourceOf(
        (ids: readonly number[]) => conversations.getMessages(ids),
        ({ sessionId, timestamp }) => ({ facets: this.pool.of({ sessionId }), at: timestamp }),
      ),
      'snapshot.saved': sourceOf(
        (ids: readonly number[]) => snapshots.getFirst(ids),
        ({ timestamp }) => ({ facets: {}, at: timestamp }),
      ),
      'preference.changed': sourceOf(
        (keys: readonly string[]) => preferences.getPreferences(keys),
        () => ({ facets: {} }),
      ),
    };
  }
}

function sourceOf<Of extends Key, Row extends object>(
  read: (keys: readonly Of[]) => Promise<RowsByKey<Of, Row>>,
  describe: (row: Row) => Omit<Subject, 'data'>,
): RowSource {
  return async (keys) => {
    const { keys: looked, found } = await read(keys.slice(0, SLICE) as Of[]);
    return looked.map((key) => {
      const row = found.get(key);
      return row ? { ...describe(row), data: row } : { facets: null, data: { id: key, gone: true } };
    });
  };
}
