import { Injectable } from '@nestjs/common';
import { ConversationsService, ConversationsTextService } from '../conversations/index.js';
import { Database, programUrl, type ThreadProgram } from '../database/index.js';
import { EventIdDto, EventsService, EventsTextService, type SimilarDto } from '../events/index.js';
import type { StoredObject, StoredText } from '../json/index.js';
import { scopeOf } from '../paging/index.js';
import { PreferencesService } from '../preferences/index.js';
import { now } from '../time/time.js';
import { validate } from '../validation/index.js';
import type { ContextInput } from './context/context.types.js';
import { ContextRequestDto } from './dto/context.request.js';
import type { ContextAnswer } from './dto/context.response.js';
import { SearchQueryDto } from './dto/search.request.js';
import type { SearchAnswer } from './dto/search.response.js';
import { ResultReader, type Rows, type SearchResult } from './result-reader.js';
import { decodePosition, encodePosition } from './search-cursor.js';
import type { SimilarInput } from './similar/find-similar.js';
import type { SearchInput, SearchOutput } from './search/search.types.js';

const SEARCH: ThreadProgram<SearchInput, SearchOutput> = {
  url: programUrl(import.meta.url, './search/search-thread.js'),
};

const CONTEXT: ThreadProgram<ContextInput, ContextAnswer> = {
  url: programUrl(import.meta.url, './context/context-thread.js'),
};

const SIMILAR: ThreadProgram<SimilarInput, SimilarDto | null> = {
  url: programUrl(import.meta.url, './similar/similar-thread.js'),
};

/** One page of what was found. */
export type SearchPage<Json> = Omit<SearchAnswer, 'results'> & { results: SearchResult<Json>[] };

/** What a search may ask for, as in-process callers pass it: `q` alone is enough. */
export type SearchQuery = Pick<SearchQueryDto, 'q'> & Partial<SearchQueryDto>;

/** Finds anything that was ever said or happened. Invalid input rejects with `validation_failed`. */
export abstract class RecallServiceBase<Json> {
  protected abstract readonly events: Rows<Json>['events'];
  protected abstract readonly conversations: Rows<Json>['conversations'];

  constructor(
    private readonly database: Database,
    private readonly preferences: PreferencesService,
  ) {}

  /**
   * One page of what is found, the best first.
   * @param signal drops the search where it still waits.
   * @throws ProblemError `validation_failed` where the cursor is not of this search; `read_queue_full`.
   */
  async search(input: SearchQuery, signal?: AbortSignal): Promise<SearchPage<Json>> {
    const { cursor, ...query } = validate(SearchQueryDto, input);
    const { q, kind, limit, neighbours, explain = false, fold = true, ...filters } = query;
    const scope = scopeOf('search', { q, kind, fold, ...filters });
    const output = await this.database.inThread(
      SEARCH,
      {
        q,
        kinds: kind,
        filters,
        limit,
        neighbours,
        fold,
        explain,
        after: cursor === undefined ? undefined : decodePosition(cursor, scope),
        now: now(),
      },
      signal,
    );
    return this.toPage(output, scope);
  }

  /**
   * What an assistant should know before it answers, within a budget of tokens.
   * @param signal drops it where it still waits.
   * @throws ProblemError `read_queue_full`.
   */
  async buildContext(input: Partial<ContextRequestDto> = {}, signal?: AbortSignal): Promise<ContextAnswer> {
    return this.database.inThread(CONTEXT, { ...validate(ContextRequestDto, input) }, signal);
  }

  /**
   * What the memory has of events like one: its pattern, earlier events, what helped, and others with a similar text.
   * @param signal drops it where it still waits.
   * @returns `null` where there is no such event.
   * @throws ProblemError `read_queue_full`.
   */
  async findSimilar(id: number, signal?: AbortSignal): Promise<SimilarDto | null> {
    const wanted = validate(EventIdDto, { id });
    return this.database.inThread(SIMILAR, { ...wanted, now: now() }, signal);
  }

  private async toPage(
    { hits, hasMore, basis, ...rest }: SearchOutput,
    scope: string,
  ): Promise<SearchPage<Json>> {
    const { events, conversations, preferences } = this;
    const { results, last } = await new ResultReader({ events, conversations, preferences }).read(hits);
    const isLast = !hasMore && last === hits.at(-1);
    const position = last && { ...basis, score: last.score, kind: last.kind, key: last.key };
    return { results, nextCursor: isLast || !position ? null : encodePosition(position, scope), ...rest };
  }
}

/** The service for in-process callers, with documents as objects. */
@Injectable()
export class RecallService extends RecallServiceBase<StoredObject> {
  constructor(
    database: Database,
    protected readonly events: EventsService,
    protected readonly conversations: ConversationsService,
    preferences: PreferencesService,
  ) {
    super(database, preferences);
  }
}

/** The service for the routes, with documents as text. */
@Injectable()
export class RecallTextService extends RecallServiceBase<StoredText> {
  constructor(
    database: Database,
    protected readonly events: EventsTextService,
    protected readonly conversations: ConversationsTextService,
    preferences: PreferencesService,
  ) {
    super(database, preferences);
  }
}
