import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HealthIndicators, Measures, type HealthStatus } from '../../observability/health-indicators.js';
import { FailureTracker } from '../../database/failure-tracker.js';
import type { Database, DatabaseStatus } from '../../database/index.js';
import { databaseUnavailable } from '../../database/database-problems.js';
import { HealthMonitor } from './health-monitor.js';
import { CACHE_MS, HealthService } from './health.service.js';

describe('The health', () => {
  let at = 1000;
  let looks: number;
  let asked: number;
  let answer: () => HealthStatus | Promise<HealthStatus>;
  let tries: number;
  let failures: Database['failures'];
  let health: HealthService;

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => at);
    looks = asked = tries = 0;
    answer = () => ({ state: 'up', detail: 'x' });
    const components = new HealthIndicators();
    components.add({
      name: 'counted',
      condition: () => {
        looks++;
        return answer();
      },
    });
    const status = (): Promise<DatabaseStatus> => {
      asked++;
      return Promise.resolve({ status: 'down', reason: 'It is not there.' });
    };
    const tryWriting = (): Promise<void> => {
      tries++;
      return Promise.resolve();
    };
    failures = { reading: new FailureTracker(), writing: new FailureTracker() };
    const database = { status, failures, measures: undefined, tryWriting } as unknown as Database;
    health = new HealthService(database, new HealthMonitor(components, new Measures()), components);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is looked at once a second, however often somebody asks, and the database once a look', async () => {
    const first = await health.check();
    for (let count = 0; count < 20; count++) expect(await health.check()).toBe(first);
    expect([looks, asked]).toEqual([1, 1]);
    at += CACHE_MS + 1;
    expect(await health.check()).not.toBe(first);
    expect([looks, asked]).toEqual([2, 2]);
    expect(first).toMatchObject({ status: 'down', database: { reason: 'It is not there.' } });
  });

  it('is looked at once for all who ask while it is looked at, however long that takes', async () => {
    let tell: (condition: HealthStatus) => void = () => undefined;
    answer = () => new Promise((resolve) => (tell = resolve));
    const early = Array.from({ length: 10 }, () => health.check());
    at += 1500;
    const late = Array.from({ length: 10 }, () => health.check());
    tell({ state: 'degraded', detail: 'slow' });
    const answers = await Promise.all([...early, ...late]);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]!.components['counted']).toMatchObject({ state: 'degraded', detail: 'slow' });
    expect([looks, asked]).toEqual([1, 1]);
  });

  it('tries a write while writing fails, once in two seconds, however often somebody asks', async () => {
    const time = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    failures.writing.note(databaseUnavailable('The disk does not answer.'));
    await health.check();
    at += CACHE_MS + 1;
    await health.check();
    expect(tries).toBe(1);
    time.mockReturnValue(1_002_000);
    at += CACHE_MS + 1;
    await health.check();
    expect(tries).toBe(2);
    failures.writing.clear();
    time.mockReturnValue(1_009_000);
    at += CACHE_MS + 1;
    await health.check();
    expect(tries).toBe(2);
  });
});
