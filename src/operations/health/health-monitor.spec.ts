import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  HealthIndicators,
  Measures,
  type HealthStatus,
  type State,
} from '../../observability/health-indicators.js';
import { HealthMonitor } from './health-monitor.js';

const condition = (state: State, more: Partial<HealthStatus> = {}): HealthStatus => ({
  state,
  detail: `It is ${state}.`,
  ...more,
});

describe('HealthMonitor', () => {
  let components: HealthIndicators;
  let measures: Measures;
  let watch: HealthMonitor;

  beforeEach(() => {
    Logger.overrideLogger(false);
    components = new HealthIndicators();
    measures = new Measures();
    watch = new HealthMonitor(components, measures);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function add(name: string, ask: () => HealthStatus | Promise<HealthStatus>, isVital = false): void {
    components.add({ name, isVital, condition: ask });
  }

  it.each<[State, State, State]>([
    ['up', 'up', 'up'],
    ['up', 'degraded', 'degraded'],
    ['up', 'down', 'degraded'],
    ['degraded', 'up', 'degraded'],
    ['degraded', 'down', 'degraded'],
    ['down', 'up', 'down'],
    ['down', 'degraded', 'down'],
  ])('with a vital component %s and another one %s is %s', async (vital, other, expected) => {
    add('database', () => condition(vital), true);
    add('backup', () => condition(other));
    const { status, components: found } = await watch.check();
    expect(status).toBe(expected);
    expect(Object.keys(found)).toEqual(['database', 'backup']);
  });

  it('is up with no components', async () => {
    expect(await watch.check()).toEqual({ status: 'up', components: {} });
  });

  it('keeps the moment at which a state was first seen, and takes a new one when it changes', async () => {
    jest.useFakeTimers({ now: new Date('2026-11-22T20:00:00.000Z') });
    let state: State = 'up';
    let detail = 'one';
    add('disk', () => condition(state, { detail }));
    const seen = async (): Promise<unknown> => (await watch.check()).components['disk'];
    expect(await seen()).toEqual({ state: 'up', since: '2026-11-22T20:00:00.000Z', detail: 'one' });
    jest.setSystemTime(new Date('2026-11-22T20:01:00.000Z'));
    detail = 'two';
    expect(await seen()).toEqual({ state: 'up', since: '2026-11-22T20:00:00.000Z', detail: 'two' });
    state = 'degraded';
    expect(await seen()).toMatchObject({ state: 'degraded', since: '2026-11-22T20:01:00.000Z' });
    jest.setSystemTime(new Date('2026-11-22T20:02:00.000Z'));
    state = 'up';
    expect(await seen()).toMatchObject({ state: 'up', since: '2026-11-22T20:02:00.000Z' });
  });

  it('takes the moment from a component that knows it, when the state changes and not later', async () => {
    let since = '2026-11-01T00:00:00.000Z';
    add('recovery', () => condition('degraded', { since }));
    expect((await watch.check()).components['recovery']?.since).toBe('2026-11-01T00:00:00.000Z');
    since = '2026-11-02T00:00:00.000Z';
    expect((await watch.check()).components['recovery']?.since).toBe('2026-11-01T00:00:00.000Z');
  });

  it('says one moment to all who ask at once', async () => {
    let state: State = 'up';
    add('disk', async () => {
      await sleep(0);
      return condition(state);
    });
    await watch.check();
    state = 'down';
    const looks = await Promise.all(Array.from({ length: 50 }, () => watch.check()));
    const found = looks.map(({ components: { disk } }) => `${String(disk?.state)} ${String(disk?.since)}`);
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toMatch(/^down /);
  });

  it('lets an answer that was asked for earlier and comes later change nothing', async () => {
    const answers: ((given: HealthStatus) => void)[] = [];
    add('disk', () => new Promise((resolve) => answers.push(resolve)));
    const [first, second] = [watch.check(), watch.check()];
    answers[1]?.(condition('down'));
    const { components: late } = await second;
    answers[0]?.(condition('up'));
    const { components: early } = await first;
    expect(early).toEqual(late);
    expect(late['disk']?.state).toBe('down');
  });

  it('calls degraded, and not down, what cannot be asked', async () => {
    add(
      'database',
      () => {
        throw new Error('/var/lib/secret.db');
      },
      true,
    );
    add('backup', () => Promise.reject(new Error('broken')));
    const { status, components: found } = await watch.check();
    expect(status).toBe('degraded');
    expect(found['database']?.state).toBe('degraded');
    expect(found['backup']?.state).toBe('degraded');
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it('waits for nobody for ever', async () => {
    jest.useFakeTimers();
    add('disk', () => new Promise<HealthStatus>(() => undefined));
    const look = watch.check();
    await jest.advanceTimersByTimeAsync(2000);
    expect((await look).components['disk']?.state).toBe('degraded');
  });

  it('looks by itself, so that a change is dated although nobody asks', async () => {
    jest.useFakeTimers({ now: new Date('2026-11-22T20:00:00.000Z') });
    let state: State = 'up';
    add('disk', () => condition(state));
    watch.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(60_000);
    state = 'down';
    await jest.advanceTimersByTimeAsync(600_000);
    const since = Date.parse(String((await watch.check()).components['disk']?.since));
    expect(since - Date.parse('2026-11-22T20:01:00.000Z')).toBeLessThanOrEqual(5000);
    watch.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('logs changes, and not that all is well from the start', async () => {
    const log: string[] = [];
    const take = (message: unknown): void => void log.push(String(message));
    Logger.overrideLogger({ log: take, error: take, warn: take });
    let state: State = 'up';
    add('disk', () => condition(state));
    await watch.check();
    expect(log).toEqual([]);
    state = 'degraded';
    await watch.check();
    await watch.check();
    state = 'up';
    await watch.check();
    expect(log).toEqual([
      expect.stringMatching(/^disk is degraded since .*: It is degraded\.$/),
      'disk is up again: It is up.',
    ]);
  });

  it('logs once, and not with each look, that a component cannot be asked', async () => {
    const log: string[] = [];
    Logger.overrideLogger({
      log: () => undefined,
      warn: () => undefined,
      error: (message) => void log.push(String(message)),
    });
    add('disk', () => {
      throw new Error('broken');
    });
    for (let looks = 0; looks < 5; looks++) await watch.check();
    expect(log).toEqual(['disk could not be asked how it is.']);
  });

  it('gives the states as numbers to the metrics', async () => {
    add('database', () => condition('up'), true);
    add('disk', () => condition('degraded'));
    add('backup', () => condition('down'));
    await watch.check();
    const [measure] = measures.all();
    expect(measure?.name).toBe('component_state');
    expect(measure?.read()).toEqual(
      new Map([
        ['database', 0],
        ['disk', 1],
        ['backup', 2],
      ]),
    );
  });
});

describe('Contributions', () => {
  it('refuses a name that is taken', () => {
    const components = new HealthIndicators();
    const one = { name: 'disk', condition: () => condition('up') };
    components.add(one);
    expect(() => {
      components.add({ ...one });
    }).toThrow(/disk/);
    expect(components.all()).toEqual([one]);
  });
});
