import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { invalidInput } from '../problems/problem.error.js';
import { ChangeReader } from './change-reader.js';
import type { ChangeType, MemoryChange } from './change.js';
import { Follower, type Start } from './follower.js';
import { guard } from './guard.js';
import { Listeners } from './listeners.js';
import { placeOf } from './place.js';
import { Selection, type ChangeFilter } from './selection.js';

export interface ChangesOptions {
  /** The id of the last change that one has had. Default: what is committed from now on. */
  readonly after?: string | undefined;
  /** Default: all. A `resync` comes in any case. */
  readonly types?: readonly ChangeType[] | undefined;
  readonly filter?: ChangeFilter | undefined;
}

/** The changes of the memory for in-process callers, with documents as objects. */
@Injectable()
export class MemoryChanges implements BeforeApplicationShutdown {
  private readonly listeners = new Listeners();

  constructor(
    private readonly reader: ChangeReader,
    private readonly follower: Follower,
  ) {}

  /**
   * What is committed, in order, nothing twice and nothing left out, by this process or another; each subscriber has its own
   * objects. It completes when the application shuts down. An `after` that the feed does not reach begins with a `resync`:
   * read anew what you show.
   * @throws ProblemError `validation_failed` where `after` is no id.
   */
  changes({ after, types, filter }: ChangesOptions = {}): Observable<MemoryChange> {
    if (after !== undefined && !placeOf(after)) {
      throw invalidInput([{ field: 'after', message: 'is not the id of a change' }]);
    }
    const wanted = new Selection(filter, types);
    const changes = new Observable<MemoryChange>((subscriber) => {
      const listener = this.listeners.add();
      // What is committed after this line is told.
      const start = after ?? this.reader.knownEnd();
      void this.tell(subscriber, start, wanted, listener.signal);
      return () => {
        listener.abort();
      };
    });
    return guard(changes);
  }

  beforeApplicationShutdown(): void {
    this.listeners.end();
  }

  private async tell(
    subscriber: Subscriber<MemoryChange>,
    start: Start,
    wanted: Selection,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const { messages } of this.follower.follow(start, wanted, signal)) {
      for (const { id, type, json } of messages) {
        if (signal.aborted) break;
        subscriber.next({ id, type, data: JSON.parse(json) as unknown });
      }
    }
    subscriber.complete();
  }
}
