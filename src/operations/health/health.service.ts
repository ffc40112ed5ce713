import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { HealthIndicators, type HealthStatus } from '../../observability/health-indicators.js';
import { VERSION } from '../../config/index.js';
import { Database, type DatabaseStatus } from '../../database/index.js';
import { HealthMonitor } from './health-monitor.js';
import { databaseCondition, queueCondition } from './database-status.js';
import type { HealthAnswer } from './health.response.js';

/** For how long an answer serves everybody: it has no limit of requests, so it must not cost work each time. */
export const ANSWER_SERVES_MS = 1000;
const ANSWER = 'health';
/** How often a write is tried while writing fails, however often somebody asks for the health. */
const TRY_EVERY_MS = 2000;

/** How the service is. */
@Injectable()
export class HealthService {
  private triedAt = 0;
  /** What the database said at the last look; it is asked once a look. */
  private status: DatabaseStatus = { status: 'down', reason: 'It was not looked at yet.' };
  /** Whoever asks while the answer is being made waits for the same one. */
  private readonly answers = new LRUCache<typeof ANSWER, HealthAnswer>({
    max: 1,
    ttl: ANSWER_SERVES_MS,
    ttlResolution: 0,
    fetchMethod: () => this.look(),
  });

  constructor(
    private readonly database: Database,
    private readonly watch: HealthMonitor,
    components: HealthIndicators,
  ) {
    components.add({ name: 'database', isVital: true, condition: () => this.databaseCondition() });
    components.add({
      name: 'writeQueue',
      condition: () => queueCondition(database.measures?.queue, database.failures.writing.current),
    });
  }

  /** How it is, or was within the last second. */
  check(): Promise<HealthAnswer> {
    return this.answers.forceFetch(ANSWER);
  }

  private async look(): Promise<HealthAnswer> {
    const { status, components } = await this.watch.check();
    const uptime = Math.floor(process.uptime());
    return { status, version: VERSION, uptime, database: this.status, components };
  }

  private async databaseCondition(): Promise<HealthStatus> {
    const { failures } = this.database;
    if (failures.writing.current) this.tryWriting();
    this.status = await this.database.status();
    return databaseCondition(this.status, failures, Date.now());
  }

  /** Whoever sends writes may have stopped because of a 503 here: without a write nobody would learn that they succeed again. */
  private tryWriting(): void {
    if (Date.now() - this.triedAt < TRY_EVERY_MS) return;
    this.triedAt = Date.now();
    void this.database.tryWriting();
  }
}
