import type { INestApplicationContext } from '@nestjs/common';
import { EventsService } from '../src/events/index.js';
import { SnapshotsService } from '../src/snapshots/index.js';
import { clusterStateAt } from './cluster-state.js';
import type { Story } from './story.js';
import { MINUTE } from './time.js';

/** Something is written down every so many minutes. */
const MINUTES_BETWEEN_EVENTS = 5;

/** Goes on as the monitor does, so that an open page sees the memory live: a snapshot a minute, now and then an event. */
export function keepWatching(app: INestApplicationContext, story: Story): void {
  let minutes = 0;
  const timer = setInterval(() => {
    minutes++;
    void watch(app, story, minutes % MINUTES_BETWEEN_EVENTS === 0).catch(() => {
      clearInterval(timer);
    });
  }, MINUTE);
  timer.unref();
}

async function watch(app: INestApplicationContext, story: Story, isEventDue: boolean): Promise<void> {
  const state = clusterStateAt(story, Date.now());
  await app.get(SnapshotsService).saveSnapshot(state);
  if (!isEventDue) return;
  const { guests, nodes } = state;
  const running = guests.filter(({ status }) => status === 'running').length;
  await app.get(EventsService).saveEvent({
    type: 'metric',
    source: 'monitor',
    summary: `Cluster: ${running} of ${guests.length} guests run on ${nodes.length} nodes`,
    details: { nodesOnline: nodes.length, guestsRunning: running, guests: guests.length },
  });
}
