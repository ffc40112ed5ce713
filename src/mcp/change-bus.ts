import { InMemoryServerEventBus, type ServerEvent } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { groupBy, mergeMap, Observable, throttleTime, type Subscription } from 'rxjs';
import { Changes } from '../database/index.js';
import { idAfter } from '../live/index.js';
import { resourcesOf } from './resources.js';

/** What is changed often is said so often: who is told reads it anew. */
const INTERVAL_MS = 1000;
/** The member of `_meta` from which, as `after`, the stream and the long poll go on. */
const CHANGE_KEY = 'jarvis-memory/change';

interface Told {
  readonly uri: string;
  readonly id: string;
}

/**
 * Tells those who listen which resources have changed. Nothing is followed while nobody listens, and no row is read for it: the
 * change feed says which topics it is about.
 */
@Injectable()
export class ChangeBus extends InMemoryServerEventBus {
  private following: Subscription | undefined;

  constructor(private readonly changes: Changes) {
    super();
  }

  override subscribe(listener: (event: ServerEvent) => void): () => void {
    const unsubscribe = super.subscribe(listener);
    this.following ??= this.follow();
    return () => {
      unsubscribe();
      if (this.listenerCount > 0) return;
      this.following?.unsubscribe();
      this.following = undefined;
    };
  }

  private follow(): Subscription {
    const heard = new Observable<Told>((subscriber) =>
      this.changes.subscribe((changes) => {
        const { identity } = this.changes.known;
        for (const { topic, position } of changes) {
          const id = idAfter({ identity, position });
          for (const uri of resourcesOf(topic)) subscriber.next({ uri, id });
        }
      }),
    );
    return heard
      .pipe(
        groupBy(({ uri }) => uri),
        mergeMap((group) =>
          group.pipe(throttleTime(INTERVAL_MS, undefined, { leading: true, trailing: true })),
        ),
      )
      .subscribe(({ uri, id }) => {
        this.publish({ kind: 'resource_updated', uri, params: { _meta: { [CHANGE_KEY]: id } } });
      });
  }
}
