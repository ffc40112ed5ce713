import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { HealthIndicators, type HealthStatus } from '../../observability/health-indicators.js';
import { VERSION } from '../../config/index.js';
import { Database, type DatabaseStatus } from '../../database/index.js';
import { HealthMonitor } from './health-monitor.js';
import { databaseCondition, queueCondition } from './database-status.js';
import type { HealthAnswer } from './health.response.js';

/** How long an answer is cached: the route has no rate limit, so its cost must not grow with the requests. */
export const CACHE_MS = 1000;
const CACHE_KEY = 'health';
/** Interval of the probe writes while writes fail, however often health is requested. */
const WRITE_PROBE_INTERVAL_MS = 2000;

/** The health of the service. */
@Injectable()
export class HealthService {
  private triedAt = 0;
  /** The status of the database at the last check. */
  private status: DatabaseStatus = { status: 'down', reason: 'It was not looked at yet.' };
  /** Concurrent requests share one computation. */
  private readonly answers = new LRUCache<typeof CACHE_KEY, HealthAnswer>({
    max: 1,
    ttl: CACHE_MS,
    ttlResolution: 0,
    fetchMethod: () => this.readHealth(),
  });

  constructor(
    private readonly database: Database,
    private readonly monitor: HealthMonitor,
    components: HealthIndicators,
  ) {
    components.add({ name: 'database', isVital: true, condition: () => this.databaseCondition() });
    components.add({
      name: 'writeQueue',
      condition: () => queueCondition(database.measures?.queue, database.failures.writing.current),
    });
  }

  /** The current health, or a cached one of the last second. */
  check(): Promise<HealthAnswer> {
    return this.answers.forceFetch(CACHE_KEY);
  }

  private async readHealth(): Promise<HealthAnswer> {
    const { status, components } = await this.monitor.check();
    const uptime = Math.floor(process.uptime());
    return { status, version: VERSION, uptime, database: this.status, components };
  }

  private async databaseCondition(): Promise<HealthStatus> {
    const { failures } = this.database;
    if (failures.writing.current) this.probeWriting();
    this.status = await this.database.status();
    return databaseCondition(this.status, failures, Date.now());
  }

  /** A client may have stopped writing because of this 503: without a probe, the recovery would go undetected. */
  private probeWriting(): void {
    if (Date.now() - this.triedAt < WRITE_PROBE_INTERVAL_MS) return;
    this.triedAt = Date.now();
    void this.database.tryWriting();
  }
}
