import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../database.js';
import type { BackgroundRun, BackgroundWork } from './background-work.js';

const STEPS = 5;

describe('Background work', () => {
  let folder: string;
  let database: Database;
  let log: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    database = await Database.open({ file: join(folder, 'memory.db'), logger: false });
    log = [];
  });
  afterEach(async () => {
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  /** Work that is behind once, and notes the begin and the end of its steps. */
  function work(name: string, step: () => Promise<unknown>): BackgroundWork & { done: Promise<unknown> } {
    let resolve: (value?: unknown) => void;
    const done = new Promise((settle) => (resolve = settle));
    let isBehind = true;
    return {
      name,
      done,
      isDueAfter: () => false,
      isBehind: () => Promise.resolve(isBehind),
      catchUp: async ({ inTurn }: BackgroundRun) => {
        isBehind = false;
        const one = async (): Promise<void> => {
          log.push(`${name} begins`);
          await step().finally(() => log.push(`${name} ends`));
        };
        for (let at = 0; at < STEPS; at++) await inTurn(one).catch(() => undefined);
        resolve();
      },
    };
  }

  it.each([
    ['ends', () => sleep(5)],
    ['fails', () => sleep(5).then(() => Promise.reject(new Error('of a step')))],
  ])('takes turns, step by step, also where a step %s', async (_, step) => {
    const works = [work('one', step), work('another', step)];
    for (const each of works) database.background?.start(each);
    await Promise.all(works.map(({ done }) => done));
    const round = ['one begins', 'one ends', 'another begins', 'another ends'];
    expect(log).toEqual(Array.from({ length: STEPS }, () => round).flat());
  });

  it('ends with the database, whoever has the turn', async () => {
    const works = [work('one', () => sleep(50)), work('another', () => sleep(50))];
    for (const each of works) database.background?.start(each);
    while (log.length === 0) await sleep(1);
    await database.onApplicationShutdown();
    expect(log.length % 2).toBe(0);
  });
});
