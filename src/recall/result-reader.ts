import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessageWith } from '../conversations/index.js';
import type { EventWith } from '../events/index.js';
import { JsonText } from '../json/index.js';
import type { PreferencesService } from '../preferences/index.js';
import type { SearchResultDto } from './dto/search.response.js';
import type { Hit } from './search/search.types.js';

/** A page ends before the result that would exceed this, neighbours included; one result at least is on it. */
const MAX_PAGE_CHARACTERS = 4 * 1_048_576;
/** Reads give other requests a turn after this time. */
const MAX_BLOCKING_MS = 5;

/** A result with its documents as objects or as text. */
export type SearchResult<Json> = Omit<SearchResultDto, 'event' | 'message' | 'neighbours'> & {
  event?: EventWith<Json>;
  message?: MessageWith<Json>;
  neighbours?: { before: MessageWith<Json>[]; after: MessageWith<Json>[] };
};

/** Where the rows of the results come from. */
export interface Rows<Json> {
  readonly events: { getEvent(id: number): Promise<EventWith<Json> | null> };
  readonly conversations: { getMessage(id: number): Promise<MessageWith<Json> | null> };
  readonly preferences: Pick<PreferencesService, 'getPreference'>;
}

/** The rows of one page. */
type RowOfHit<Json> = Pick<SearchResult<Json>, 'event' | 'message' | 'preference'>;

/** Reads the rows of one page one at a time, each message once, until the page is full. */
export class ResultReader<Json> {
  private readonly messages = new Map<number, Promise<MessageWith<Json> | null>>();
  private rest = MAX_PAGE_CHARACTERS;
  private turnBegan = performance.now();

  constructor(private readonly rows: Rows<Json>) {}

  /** The results up to the last hit that fits. A row that was deleted after the search is left out. */
  async read(hits: readonly Hit[]): Promise<{ results: SearchResult<Json>[]; last: Hit | undefined }> {
    const results: SearchResult<Json>[] = [];
    let last: Hit | undefined;
    for (const hit of hits) {
      const result = await this.resultOf(hit);
      if (this.rest < 0 && results.length > 0) break;
      if (result) results.push(result);
      last = hit;
    }
    return { results, last };
  }

  private async resultOf({ key, before, after, ...hit }: Hit): Promise<SearchResult<Json> | undefined> {
    const row = await this.rowOf(hit.kind, key);
    if (!row) return undefined;
    const { kind, timestamp, score, snippet, matched, ...details } = hit;
    const result = { kind, id: key, timestamp, score, snippet, matched, ...details, ...row };
    this.take(result);
    return before && after ? { ...result, neighbours: await this.neighboursOf(before, after) } : result;
  }

  /** The nearest first, so that those far away are left out where they are too large. */
  private async neighboursOf(
    before: readonly number[],
    after: readonly number[],
  ): Promise<{ before: MessageWith<Json>[]; after: MessageWith<Json>[] }> {
    const [earlier, later] = [await this.messagesOf(before.toReversed()), await this.messagesOf(after)];
    return { before: earlier.reverse(), after: later };
  }

  private async messagesOf(ids: readonly number[]): Promise<MessageWith<Json>[]> {
    const messages: MessageWith<Json>[] = [];
    for (const id of ids) {
      if (this.rest < 0) break;
      const message = await this.messageOf(id);
      if (!message) continue;
      this.take(message);
      if (this.rest >= 0) messages.push(message);
    }
    return messages;
  }

  private async rowOf(kind: Hit['kind'], key: Hit['key']): Promise<RowOfHit<Json> | undefined> {
    await this.giveTurn();
    if (kind === 'preference') {
      const preference = await this.rows.preferences.getPreference(String(key));
      return preference ? { preference } : undefined;
    }
    if (kind === 'message') {
      const message = await this.messageOf(Number(key));
      return message ? { message } : undefined;
    }
    const event = await this.rows.events.getEvent(Number(key));
    return event ? { event } : undefined;
  }

  /** Neighbours of one hit are often hits themselves. */
  private async messageOf(id: number): Promise<MessageWith<Json> | null> {
    await this.giveTurn();
    const message = this.messages.get(id) ?? this.rows.conversations.getMessage(id);
    this.messages.set(id, message);
    return message;
  }

  private take(value: unknown): void {
    this.rest -= charactersOf(value);
  }

  private async giveTurn(): Promise<void> {
    if (performance.now() - this.turnBegan < MAX_BLOCKING_MS) return;
    await nextTurn();
    this.turnBegan = performance.now();
  }
}

/** About how long a value is in an answer. */
function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof JsonText) return value.bytes ?? value.text.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, one) => sum + charactersOf(one), 0);
}
