import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/index.js';
import { BackupsModule } from './operations/backups/index.js';
import { MAX_MEMORY_BODY_BYTES } from './http/body/index.js';
import { ConnectionDrain } from './http/adapter/connection-drain.js';
import { Traffic, TrafficBudget } from './http/traffic/index.js';
import { ConfigModule, databaseTarget, diskLimits, type Environment } from './config/index.js';
import { ExplorerModule } from './explorer/index.js';
import { HealthModule } from './operations/health/index.js';
import { SocketModule } from './live/socket/index.js';
import { McpModule } from './mcp/index.js';
import { MemoryModule } from './memory/index.js';
import { MetricsModule } from './operations/metrics/index.js';
import { ProblemsModule } from './http/docs/index.js';
import { RetentionModule } from './retention/index.js';
import { TransferModule } from './operations/transfer/index.js';

@Module({})
export class AppModule {
  static forRoot(environment: Environment): DynamicModule {
    const { SLOW_QUERY_MS: slowQueryMs, READER_THREADS: readerThreads } = environment;
    const target = databaseTarget(environment);
    const database = { ...target, slowQueryMs, readerThreads, disk: diskLimits(environment) };
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(environment),
        MemoryModule.forRoot({ ...database, routes: true }),
        AuthModule,
        BackupsModule,
        HealthModule,
        McpModule,
        MetricsModule,
        ProblemsModule,
        RetentionModule,
        TransferModule,
        ...(environment.SOCKET_IO ? [SocketModule] : []),
        ...(environment.EXPLORER ? [ExplorerModule] : []),
      ],
      providers: [
        ConnectionDrain,
        Traffic,
        {
          provide: TrafficBudget,
          useValue: new TrafficBudget(environment.TRAFFIC_BUDGET, MAX_MEMORY_BODY_BYTES),
        },
      ],
    };
  }
}
