import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ConversationsService,
  EventsService,
  MemoryModule,
  PreferencesService,
  SnapshotsService,
} from '../src/index.js';
import { fill } from './fill.js';
import { makeHomelabDay, type HomelabDay } from './homelab-day.js';

describe('filling the memory with a day', () => {
  let folder: string;
  let app: INestApplicationContext;
  let day: HomelabDay;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-memory-test-'));
    const memory = MemoryModule.forRoot({ file: join(folder, 'jarvis.db'), logger: false });
    app = await NestFactory.createApplicationContext(memory, { logger: false });
    day = makeHomelabDay(1, new Date());
    await fill(app, day);
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('saves every event in the order of the day and resolves those that were dealt with', async () => {
    const saved = (await app.get(EventsService).getEventsSince('2000-01-01')).reverse();
    expect(saved.map(({ summary }) => summary)).toEqual(day.events.map(({ event }) => event.summary));
    expect(saved.map(({ resolvedBy }) => resolvedBy)).toEqual(
      day.events.map(({ resolvedBy = null }) => resolvedBy),
    );
  });

  it('saves every conversation with its messages in order', async () => {
    const service = app.get(ConversationsService);
    const sessions = await service.getRecentSessions(50);
    expect(sessions.reduce((sum, { messageCount }) => sum + messageCount, 0)).toBe(day.messages.length);
    for (const { sessionId } of sessions) {
      const contents = (await service.getSessionMessages(sessionId)).map(({ content }) => content);
      const told = day.messages.filter((message) => message.sessionId === sessionId);
      expect(contents).toEqual(told.map(({ content }) => content));
    }
  });

  it('saves every snapshot and every preference', async () => {
    const latest = await app.get(SnapshotsService).getLatestSnapshot();
    expect(latest?.snapshot).toEqual(day.snapshots.at(-1)?.snapshot);
    expect(await app.get(SnapshotsService).getSnapshotsSince('2000-01-01')).toHaveLength(288);
    const preferences = await app.get(PreferencesService).getAllPreferences();
    expect(Object.fromEntries(preferences.map(({ key, value }) => [key, value]))).toEqual(
      Object.fromEntries(Object.entries(day.preferences).map(([key, value]) => [key, String(value)])),
    );
  });
});
