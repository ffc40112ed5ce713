import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  type DynamicModule,
  type INestApplication,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectDataSource, InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import request from 'supertest';
import { Column, DataSource, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import {
  ConversationsService,
  EventsService,
  MemoryModule,
  PreferencesService,
  SnapshotsService,
} from '../src/index.js';
import { anEvent, aMessage, aSnapshot } from './factories/index.js';
import type { DatabaseTarget } from '../src/database/index.js';
import { isOnPostgres, makeUnusable, storeOf } from './support/engine.js';
import { temporaryFolder } from './support/service.js';

@Entity('rooms')
class RoomEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  name!: string;
}

/** Injects all four memories and a repository of its own application. */
@Injectable()
class Butler {
  constructor(
    readonly events: EventsService,
    readonly conversations: ConversationsService,
    readonly snapshots: SnapshotsService,
    readonly preferences: PreferencesService,
    @InjectRepository(RoomEntity) readonly rooms: Repository<RoomEntity>,
  ) {}
}

@Controller('rooms')
class RoomsController {
  constructor(@InjectRepository(RoomEntity) private readonly rooms: Repository<RoomEntity>) {}

  @Get()
  list(): Promise<RoomEntity[]> {
    return this.rooms.find();
  }
}

@Module({
  imports: [MemoryModule, TypeOrmModule.forFeature([RoomEntity])],
  controllers: [RoomsController],
  providers: [Butler],
})
class HouseModule {}

/** A second module that knows nothing of the first. */
@Injectable()
class Gardener {
  constructor(
    readonly events: EventsService,
    @InjectDataSource() readonly dataSource: DataSource,
  ) {}
}

@Module({ imports: [MemoryModule], providers: [Gardener] })
class GardenModule {}

@Module({})
class OutsideModule {}

@Injectable()
class Settings {
  constructor(readonly target: DatabaseTarget) {}
}

describe('an outside application', () => {
  let folder: string;
  let app: INestApplication | undefined;

  /** The memory of that name, on the engine of this Jest project. */
  async function memory(name: string, options: { routes?: boolean } = {}): Promise<DynamicModule> {
    const { target } = await storeOf(join(folder, `${name}.db`));
    return MemoryModule.forRoot({ ...target, logger: false, ...options });
  }

  /** Starts an application with a connection of its own beside the memory. */
  async function start(memory: DynamicModule, name: string): Promise<INestApplication> {
    const own = TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: join(folder, `${name}-own.db`),
      entities: [RoomEntity],
      synchronize: true,
    });
    const root = { module: OutsideModule, imports: [own, memory, HouseModule, GardenModule] };
    app = await NestFactory.create(root, { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    return app;
  }

  const find = <T>(type: new (...args: never[]) => T): T => app!.get<T>(type, { strict: false });
  const get = async (path: string): Promise<request.Response> => request(await app!.getUrl()).get(path);

  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe('without routes', () => {
    it('serves its own routes and none of the memory', async () => {
      await start(await memory('quiet'), 'quiet');
      await find(Butler).rooms.insert({ name: 'cellar' });
      const own = await get('/rooms');
      expect(own.status).toBe(200);
      expect(own.body).toEqual([{ id: 1, name: 'cellar' }]);
      for (const path of ['events', 'conversations', 'snapshots', 'preferences']) {
        expect((await get(`/memory/${path}`)).status).toBe(404);
        expect((await get(`/api/memory/${path}`)).status).toBe(404);
      }
    });

    it('gets all four services injected where it imports MemoryModule, and they remember', async () => {
      await start(await memory('four'), 'four');
      const { events, conversations, snapshots, preferences } = find(Butler);
      const event = await events.saveEvent(anEvent());
      expect(await events.getRecentEvents()).toEqual([event]);
      const message = await conversations.saveMessage(aMessage());
      expect(await conversations.getSessionMessages(message.sessionId)).toEqual([message]);
      const snapshot = await snapshots.saveSnapshot(aSnapshot());
      expect(await snapshots.getLatestSnapshot()).toEqual(snapshot);
      const preference = await preferences.setPreference('ui.theme', 'dark');
      expect(await preferences.getAllPreferences()).toEqual([preference]);
    });

    it('gets the same instance in every module', async () => {
      await start(await memory('same'), 'same');
      expect(find(Gardener).events).toBe(find(Butler).events);
      expect(find(EventsService)).toBe(find(Butler).events);
    });

    it('keeps its own connection: the default one, with its own tables only', async () => {
      await start(await memory('apart'), 'apart');
      const { dataSource } = find(Gardener);
      expect(dataSource.options.database).toBe(join(folder, 'apart-own.db'));
      expect(dataSource.entityMetadatas.map(({ tableName }) => tableName)).toEqual(['rooms']);
      const tables = await dataSource.query(`SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'`);
      expect(tables).toEqual([{ name: 'rooms' }]);
    });

    it('keeps what the memory refuses apart from its own transaction', async () => {
      await start(await memory('refused'), 'refused');
      const { events, rooms } = find(Butler);
      await rooms.manager.transaction(async (manager) => {
        await manager.insert(RoomEntity, { name: 'attic' });
        await expect(events.saveEvent(anEvent({ summary: '' }))).rejects.toMatchObject({
          code: 'validation_failed',
          errors: [{ field: 'summary' }],
        });
        await events.saveEvent(anEvent());
      });
      expect(await rooms.count()).toBe(1);
      expect(await events.getRecentEvents()).toHaveLength(1);
    });
  });

  describe('with routes', () => {
    it('serves the routes of the memory beside its own', async () => {
      await start(await memory('routes', { routes: true }), 'routes');
      const saved = await request(await app!.getUrl())
        .post('/memory/events')
        .send(anEvent({ details: { load: 7.2 } }));
      expect(saved.status).toBe(201);
      const resolved = await request(await app!.getUrl()).post('/memory/events/1/resolve');
      expect(resolved.body).toMatchObject({ event: { id: 1, resolved: true, details: { load: 7.2 } } });
      expect((await get('/memory/events')).body).toMatchObject({ events: [{ id: 1 }], nextCursor: null });
      expect((await get('/memory/events/unresolved')).status).toBe(200);
      for (const path of ['conversations', 'snapshots', 'preferences', 'events/1']) {
        expect((await get(`/memory/${path}`)).status).toBe(200);
      }
      expect((await get('/rooms')).status).toBe(200);
      expect(await find(Butler).events.getRecentEvents()).toHaveLength(1);
    });
  });

  describe('that learns the file later', () => {
    @Module({
      providers: [
        {
          provide: Settings,
          useFactory: async () => new Settings((await storeOf(join(folder, 'later.db'))).target),
        },
      ],
      exports: [Settings],
    })
    class SettingsModule {}

    it('configures the memory with what is injected', async () => {
      const later = MemoryModule.forRootAsync({
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: async (settings: Settings) => Promise.resolve({ ...settings.target, logger: false }),
      });
      await start(later, 'later');
      await find(Butler).preferences.setPreference('ui.theme', 'light');
      expect((await get('/memory/preferences')).status).toBe(404);
      await app!.close();

      await start(await memory('later'), 'later');
      expect(await find(Butler).preferences.getPreference('ui.theme')).toMatchObject({ value: 'light' });
    });
  });

  describe('whose memory file cannot be used', () => {
    let unusable: DatabaseTarget;
    beforeAll(async () => {
      unusable = isOnPostgres ? (await makeUnusable(folder)).target : { file: '/dev/null/x.db' };
    });

    it('starts all the same, serves its own, and is told why the memory does not answer', async () => {
      await start(MemoryModule.forRoot({ ...unusable, logger: false }), 'unusable');
      expect((await get('/rooms')).status).toBe(200);
      const { events, conversations, snapshots, preferences } = find(Butler);
      const calls: (() => Promise<unknown>)[] = [
        () => events.saveEvent(anEvent()),
        () => events.saveEvents({ events: [anEvent()] }),
        () => events.getRecentEvents(),
        () => events.getUnresolved(),
        () => events.resolveEvent(1, 'jarvis'),
        () => conversations.saveMessage(aMessage()),
        () => conversations.getSessionMessages('chat-1'),
        () => conversations.getRecentSessions(),
        () => snapshots.saveSnapshot(aSnapshot()),
        () => snapshots.getLatestSnapshot(),
        () => preferences.setPreference('ui.theme', 'dark'),
        () => preferences.getPreference('ui.theme'),
        () => preferences.getAllPreferences(),
      ];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({ name: 'ProblemError', code: 'database_unavailable' });
      }
    });

    it('tells the logger that it was given', async () => {
      const errors: string[] = [];
      const logger = {
        log: () => undefined,
        warn: () => undefined,
        error: (message: unknown) => errors.push(String(message)),
      };
      await start(MemoryModule.forRoot({ ...unusable, logger }), 'told');
      expect(errors).toHaveLength(1);
      expect(errors[0]).toContain(
        isOnPostgres ? new URL(unusable.postgres!.url).pathname.slice(1) : unusable.file,
      );
    });
  });
});
