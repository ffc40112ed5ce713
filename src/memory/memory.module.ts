import { Module, type DynamicModule } from '@nestjs/common';
import { ConversationsModule, ConversationsServiceModule } from '../conversations/index.js';
import { DatabaseModule, type DatabaseAsyncOptions, type DatabaseOptions } from '../database/index.js';
import { EtagsModule } from '../http/etags/etags.module.js';
import { EventsModule, EventsServiceModule } from '../events/index.js';
import { HistoryModule, HistoryServiceModule, SnapshotHistoryModule } from '../history/index.js';
import { LiveModule, LiveServiceModule } from '../live/index.js';
import { PreferencesModule, PreferencesServiceModule } from '../preferences/index.js';
import { RecallModule, RecallServiceModule } from '../recall/index.js';
import { RetentionServiceModule } from '../retention/index.js';
import { SnapshotsModule, SnapshotsServiceModule } from '../snapshots/index.js';

const SERVICES = [
  EventsServiceModule,
  ConversationsServiceModule,
  SnapshotsServiceModule,
  PreferencesServiceModule,
  RecallServiceModule,
  RetentionServiceModule,
  HistoryServiceModule,
  LiveServiceModule,
];
const ROUTES = [
  EtagsModule,
  EventsModule,
  ConversationsModule,
  // Before the snapshots, whose path takes any name for an id.
  SnapshotHistoryModule,
  SnapshotsModule,
  PreferencesModule,
  RecallModule,
  HistoryModule,
  LiveModule,
];

interface RoutesOption {
  /**
   * Whether to serve the REST routes below `/memory`; default false. They have no access control of their own: the
   * guards of the importing application apply.
   */
  readonly routes?: boolean;
}

/**
 * The four features together, the search over them, their history and their changes. The root module of an application imports
 * `MemoryModule.forRoot(...)` once; every other module imports `MemoryModule` and injects the services.
 */
@Module({ imports: SERVICES, exports: SERVICES })
export class MemoryModule {
  static forRoot({ routes, ...options }: DatabaseOptions & RoutesOption): DynamicModule {
    return MemoryModule.forRootAsync({ routes, useFactory: () => options });
  }

  static forRootAsync({ routes = false, ...options }: DatabaseAsyncOptions & RoutesOption): DynamicModule {
    const parts = routes ? ROUTES : [];
    return { module: MemoryModule, imports: [DatabaseModule.forRootAsync(options), ...parts] };
  }
}
