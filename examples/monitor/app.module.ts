import { Module, type DynamicModule, type LoggerService } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MemoryModule } from 'jarvis-memory';
import { MonitorModule } from './monitor.module.js';
import { ProbeEntity } from './probe.entity.js';
import { Probes1795305600000 } from './probes.migration.js';

export interface Settings {
  /** The SQLite file of the memory. */
  readonly memoryFile: string;
  /** The SQLite file of this application. */
  readonly monitorFile: string;
  readonly logger: LoggerService;
}

@Module({})
export class AppModule {
  static forRoot({ memoryFile, monitorFile, logger }: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        MemoryModule.forRoot({ file: memoryFile, logger }),
        TypeOrmModule.forRoot({
          type: 'better-sqlite3',
          database: monitorFile,
          entities: [ProbeEntity],
          migrations: [Probes1795305600000],
          migrationsRun: true,
        }),
        MonitorModule,
      ],
    };
  }
}
