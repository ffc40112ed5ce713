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
import { Database } from '../src/database/index.js';
import { fill } from './fill.js';
import { makeHomelabMemory, type HomelabMemory } from './homelab-day.js';

describe('filling a memory', () => {
  let folder: string;
  let app: INestApplicationContext;
  let memory: HomelabMemory;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-memory-test-'));
    const file = join(folder, 'jarvis.db');
    memory = makeHomelabMemory(1, new Date());
    await fill({ file }, memory);
    const module = MemoryModule.forRoot({ file, logger: false });
    app = await NestFactory.createApplicationContext(module, { logger: false });
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('saves every event, and when those that were dealt with were', async () => {
    const saved = (
      await app.get(EventsService).getEventsSince(memory.day.events[0]!.event.timestamp)
    ).reverse();
    expect(saved.map(({ summary }) => summary)).toEqual(memory.day.events.map(({ event }) => event.summary));
    expect(saved.map(({ resolvedBy, resolvedAt }) => [resolvedBy, resolvedAt])).toEqual(
      memory.day.events.map(({ resolvedBy = null, resolvedAt = null }) => [resolvedBy, resolvedAt]),
    );
    const all = await app.get(EventsService).getEventsSince('2000-01-01');
    expect(all).toHaveLength(memory.events.length);
  });

  it('saves every conversation with its messages in order', async () => {
    const service = app.get(ConversationsService);
    const sessions = await service.getRecentSessions(100);
    expect(sessions.reduce((sum, { messageCount }) => sum + messageCount, 0)).toBe(memory.messages.length);
    for (const { sessionId } of sessions) {
      const contents = (await service.getSessionMessages(sessionId)).map(({ content }) => content);
      const told = memory.messages.filter((message) => message.sessionId === sessionId);
      expect(contents).toEqual(told.map(({ content }) => content));
    }
  });

  it('saves every snapshot, and every preference with what it was before', async () => {
    const latest = await app.get(SnapshotsService).getLatestSnapshot();
    expect(latest?.snapshot).toEqual(memory.snapshots.at(-1)?.snapshot);
    const preferences = await app.get(PreferencesService).getAllPreferences();
    expect(Object.fromEntries(preferences.map(({ key, value }) => [key, value]))).toEqual(
      Object.fromEntries(Object.entries(memory.day.preferences).map(([key, value]) => [key, String(value)])),
    );
    const counts = await app
      .get(Database, { strict: false })
      .write(
        (manager) =>
          manager.query(
            'SELECT count(*) AS snapshots, (SELECT count(*) FROM preference_history) AS changes FROM cluster_snapshots',
          ),
        'read only',
      );
    expect(counts).toEqual([
      { snapshots: memory.snapshots.length, changes: memory.preferenceChanges.length },
    ]);
  });
});
