import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ANY_TOPIC, Changes, type Change } from '../../database/index.js';
import { TOPICS, type Topic } from '../change.js';
import type { Entry } from '../feed/entries.js';
import { idOf } from '../place.js';
import { Message } from './message.js';
import { RowSources, type Subject } from './row-sources.js';
import { SharedMessages } from './shared-messages.js';

/** What lists of forgotten rows call them. */
const KINDS: Readonly<Record<Topic, string>> = {
  events: 'event',
  conversations: 'session',
  snapshots: 'snapshot',
  preferences: 'preference',
};

/** Makes messages of what has changed, once for all who are at the same place while the rows stay as they are. */
@Injectable()
export class ChangedRows implements OnApplicationShutdown {
  private readonly kept = new SharedMessages();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly sources: RowSources,
    changes: Changes,
  ) {
    this.unsubscribe = changes.subscribe((all) => {
      if (all.some(mayAlterRows)) this.kept.clear();
    });
  }

  onApplicationShutdown(): void {
    this.unsubscribe();
  }

  /**
   * The messages of an entry, without the first ones: as many as are read at once.
   * @throws the problems of `Database.read`.
   */
  from(identity: string, entry: Entry, skipped: number): readonly Message[] | Promise<readonly Message[]> {
    const name = idOf({ identity, position: entry.position, n: entry.first + skipped });
    return this.kept.get(name, () => this.read(identity, entry, skipped));
  }

  private async read(identity: string, entry: Entry, skipped: number): Promise<readonly Message[]> {
    await nextTurn();
    const { position, first, type, topic } = entry;
    const source = this.sources.byType[type];
    const subjects = source ? await source(entry.keys.slice(skipped)) : withoutRows(entry).slice(skipped);
    return subjects.map((subject, index) => {
      const id = idOf({ identity, position, n: first + skipped + index });
      return new Message(id, type, topic, subject);
    });
  }
}

/** Whether rows that were read before may be others now, or gone. */
function mayAlterRows({ topic, kind }: Change): boolean {
  return kind !== 'insert' && (topic === ANY_TOPIC || TOPICS.some((one) => one === topic));
}

/** What is said of rows that are no longer there. */
function withoutRows({ type, topic, keys }: Entry): Subject[] {
  if (type === 'session.deleted')
    return keys.map((key) => ({ facets: { sessionId: key }, data: { sessionId: key } }));
  if (type === 'preference.deleted') return keys.map((key) => ({ data: { key } }));
  if (type === 'memory.forgotten') return [{ data: { kind: topic && KINDS[topic], ids: keys } }];
  return [{ data: { reason: 'unknown_changes' } }];
}
