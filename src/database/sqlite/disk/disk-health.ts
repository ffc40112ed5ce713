import { Injectable } from '@nestjs/common';
import { HealthIndicators, Measures } from '../../../observability/health-indicators.js';
import { Database } from '../../database.js';

/** Reports the state of the disk to health, and its free space to the metrics. */
@Injectable()
export class DiskHealth {
  constructor(components: HealthIndicators, measures: Measures, { disk }: Database) {
    components.add({ name: 'disk', isVital: true, condition: () => disk.condition() });
    measures.add({
      name: 'disk_free_bytes',
      help: 'What is free on the disk that holds the database, for a program without special rights.',
      read: () => (Number.isFinite(disk.freeBytes) ? disk.freeBytes : undefined),
    });
  }
}
