import { Injectable } from '@nestjs/common';
import { Components, type Condition } from '../common/components.js';
import { VERSION } from '../config/index.js';
import { Database } from '../database/index.js';
import { ComponentWatch } from './component-watch.js';
import { databaseCondition, queueCondition } from './conditions.js';
import type { HealthAnswer } from './health.response.js';

/** How often a write is tried while writing fails, however often somebody asks for the health. */
const TRY_EVERY_MS = 2000;

/** How the service is. */
@Injectable()
export class HealthService {
  private triedAt = 0;

  constructor(
    private readonly database: Database,
    private readonly watch: ComponentWatch,
    components: Components,
  ) {
    components.add({ name: 'database', isVital: true, condition: () => this.databaseCondition() });
    components.add({
      name: 'writeQueue',
      condition: () => queueCondition(database.measures?.queue, database.faults.writing.current),
    });
  }

  async check(): Promise<HealthAnswer> {
    const [{ status, components }, database] = await Promise.all([this.watch.look(), this.database.status()]);
    return { status, version: VERSION, uptime: Math.floor(process.uptime()), database, components };
  }

  private async databaseCondition(): Promise<Condition> {
    const { faults } = this.database;
    if (faults.writing.current) this.tryWriting();
    return databaseCondition(await this.database.status(), faults, Date.now());
  }

  /** Whoever sends writes may have stopped because of a 503 here: without a write nobody would learn that they succeed again. */
  private tryWriting(): void {
    if (Date.now() - this.triedAt < TRY_EVERY_MS) return;
    this.triedAt = Date.now();
    void this.database.tryWriting();
  }
}
