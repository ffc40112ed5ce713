import type { INestApplicationContext } from '@nestjs/common';
import { ConversationsService } from '../src/conversations/index.js';
import { EventsService } from '../src/events/index.js';
import { PreferencesService } from '../src/preferences/index.js';
import { SnapshotsService } from '../src/snapshots/index.js';
import type { HomelabDay } from './homelab-day.js';

/**
 * Saves a day through the services of the application, as the parts of Jarvis do. Writes that are asked for at
 * the same time share one commit, in the order in which they were asked for: hence no waiting in between.
 */
export async function fill(app: INestApplicationContext, day: HomelabDay): Promise<void> {
  await saveEvents(app.get(EventsService), day);
  const conversations = app.get(ConversationsService);
  await Promise.all(day.messages.map((message) => conversations.saveMessage(message)));
  const snapshots = app.get(SnapshotsService);
  await Promise.all(
    day.snapshots.map(({ snapshot, timestamp }) => snapshots.saveSnapshot(snapshot, timestamp)),
  );
  const preferences = app.get(PreferencesService);
  await Promise.all(
    Object.entries(day.preferences).map(([key, value]) => preferences.setPreference(key, value)),
  );
}

async function saveEvents(service: EventsService, day: HomelabDay): Promise<void> {
  const saved = await service.saveEvents({ events: day.events.map(({ event }) => event) });
  const resolutions = saved.map(async ({ id }, index) => {
    const resolvedBy = day.events[index]?.resolvedBy;
    if (resolvedBy) await service.resolveEvent(id, resolvedBy);
  });
  await Promise.all(resolutions);
}
