import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/index.js';
import { BackupsModule } from './backups/index.js';
import { MEMORY_BODY } from './common/body/index.js';
import { ConnectionDrain } from './common/connection-drain.js';
import { Traffic, TrafficBudget } from './common/traffic/index.js';
import { ConfigModule, type Environment } from './config/index.js';
import type { DiskLimits } from './database/index.js';
import { HealthModule } from './health/index.js';
import { MemoryModule } from './memory/index.js';
import { MetricsModule } from './metrics/index.js';
import { ProblemsModule } from './problems/index.js';
import { TransferModule } from './transfer/index.js';

@Module({})
export class AppModule {
  static forRoot(environment: Environment): DynamicModule {
    const { DB_PATH: file, SLOW_QUERY_MS: slowQueryMs } = environment;
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(environment),
        MemoryModule.forRoot({ file, slowQueryMs, disk: diskLimits(environment), routes: true }),
        AuthModule,
        BackupsModule,
        HealthModule,
        MetricsModule,
        ProblemsModule,
        TransferModule,
      ],
      providers: [
        ConnectionDrain,
        Traffic,
        { provide: TrafficBudget, useValue: new TrafficBudget(environment.TRAFFIC_BUDGET, MEMORY_BODY) },
      ],
    };
  }
}

function diskLimits({ DISK_RESERVE, DISK_MIN_FREE }: Environment): DiskLimits {
  return { reserveBytes: DISK_RESERVE, minFreeBytes: DISK_MIN_FREE };
}
