import { InMemoryServerEventBus, type ServerEvent } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { groupBy, mergeMap, throttleTime, type Subscription } from 'rxjs';
import { MemoryChanges } from '../live/index.js';
import { resourcesOf } from './resources.js';

/** What is changed often is said so often: who is told reads it anew. */
const INTERVAL_MS = 1000;
/** The member of `_meta` with the id of the last change, from which the stream and the long poll go on. */
const CHANGE_KEY = 'jarvis-memory/change';

/** Tells those who listen which resources have changed. Nothing is followed while nobody listens. */
@Injectable()
export class ChangeBus extends InMemoryServerEventBus {
  private following: Subscription | undefined;

  constructor(private readonly changes: MemoryChanges) {
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
    return this.changes
      .changes()
      .pipe(
        mergeMap((change) => resourcesOf(change).map((uri) => ({ uri, id: change.id }))),
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
