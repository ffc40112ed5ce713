import { describe, expect, it } from '@jest/globals';
import { HealthIndicators, Measures, type HealthStatus } from '../../observability/health-indicators.js';
import { BackupHealth } from './backup-health.js';
import type { BackupSchedule } from './backup-schedule.js';
import type { BackupsService } from './backups.service.js';

const FAILED_AT = '2026-11-22T03:30:00.000Z';

function conditionWith(failedAt: string | undefined, newest: string | undefined): Promise<HealthStatus> {
  const backups = { failedAt, newestAt: () => Promise.resolve(newest) } as BackupsService;
  const schedule = { intervalMs: undefined } as BackupSchedule;
  return new BackupHealth(backups, schedule, new HealthIndicators(), new Measures()).condition();
}

describe('The health of the backups', () => {
  it.each([undefined, '2026-11-21T03:30:00.000Z'])(
    'complains of one that failed; the newest: %s',
    async (newest) => {
      expect(await conditionWith(FAILED_AT, newest)).toMatchObject({
        state: 'degraded',
        detail: expect.stringContaining('The last backup failed.'),
        since: FAILED_AT,
      });
    },
  );

  it('does so no more when another instance has made it good', async () => {
    expect(await conditionWith(FAILED_AT, '2026-11-22T03:31:00.000Z')).toMatchObject({ state: 'up' });
  });
});
