import { Injectable } from '@nestjs/common';
import { VERSION } from '../config/index.js';
import { Database } from '../database/index.js';
import type { HealthAnswer } from './health.response.js';

/** How the service is. */
@Injectable()
export class HealthService {
  constructor(private readonly database: Database) {}

  async check(): Promise<HealthAnswer> {
    const database = await this.database.status();
    return { status: database.status, version: VERSION, uptime: Math.floor(process.uptime()), database };
  }
}
