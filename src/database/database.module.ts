import {
  Global,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
} from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ObservabilityModule } from '../observability/health-indicators.js';
import { Changes } from './changes.js';
import { READER } from './connections.js';
import { Database } from './database.js';
import type { DatabaseOptions } from './database.options.js';
import { EngineReports } from './engine-reports.js';

/** Asynchronous configuration, as Nest's dynamic modules take it. */
export interface DatabaseAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...dependencies: never[]) => DatabaseOptions | Promise<DatabaseOptions>;
}

const OPTIONS = Symbol('database options');

/**
 * Opens and migrates the database before any other provider gets it. Global, so that the four memory modules need not
 * import its configuration.
 */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    return DatabaseModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: DatabaseAsyncOptions): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [ObservabilityModule, ...imports],
      providers: [
        { provide: OPTIONS, inject, useFactory },
        {
          provide: Database,
          inject: [OPTIONS],
          useFactory: (options: DatabaseOptions) => Database.open(options),
        },
        { provide: Changes, inject: [Database], useFactory: ({ changes }: Database) => changes },
        EngineReports,
        {
          provide: getDataSourceToken(READER),
          inject: [Database],
          useFactory: (database: Database): DataSource => database.reader,
        },
      ],
      exports: [Database, Changes, getDataSourceToken(READER)],
    };
  }
}
