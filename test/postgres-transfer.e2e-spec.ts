import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Database } from '../src/database/index.js';
import { importRows } from '../src/operations/transfer/import-rows.js';
import type { ImportSource } from '../src/operations/transfer/import-source.js';
import { aLine, anExport } from './factories/exports.js';
import { createDatabase, type TestDatabase } from './support/postgres/index.mjs';

let database: TestDatabase;
let service: Database;

const serverOf = ({
  url,
}: TestDatabase): { file: string; postgres: Parameters<typeof Database.open>[0]['postgres'] } => ({
  file: '',
  postgres: { url, poolSize: 2, statementTimeoutMs: 30_000 },
});

beforeEach(async () => {
  database = await createDatabase();
  service = await Database.open({ ...serverOf(database), logger: false });
});
afterEach(async () => {
  await service.onApplicationShutdown();
  await database.drop();
});

/** Writes an event as a service does. @returns its id. */
const write = (): Promise<number> =>
  service.write(async (manager) => {
    const [row] = await manager.query<{ id: number }[]>(
      `INSERT INTO events (timestamp, type, severity, source, summary) VALUES ('2026-11-22T20:15:00.123Z', 'alert', 'info', 'a', 'b') RETURNING id`,
    );
    return row!.id;
  });

describe('An import beside a service that shares the database', () => {
  it('leaves it ids of its own from the first row on', async () => {
    const text = anExport([aLine.event(1), aLine.event(2), aLine.message(1)], {
      header: { lastIds: { event: 20_000 } },
    });
    const given: number[] = [];
    let reads = 0;
    const source = {
      bytes: text.length,
      async *read() {
        const end = text.indexOf('{"end"');
        yield Buffer.from(text.slice(0, end));
        // The first time it is only checked.
        if (++reads > 1) given.push(await write(), await write());
        yield Buffer.from(text.slice(end));
      },
    } as unknown as ImportSource;
    const options = { dryRun: false, logger: false, onProgress: () => undefined } as const;
    const { added } = await importRows(serverOf(database), source, options);
    expect(added).toMatchObject({ event: 2, message: 1 });
    expect(given).toEqual([20_001, 20_002]);
    expect(await write()).toBe(20_003);
  });

  it.each([
    [5, [1, 2, 3, 4, 5], 11],
    [30_000, [1], 30_001],
  ])(
    'raises the ids to %i and takes none back that were given out meanwhile',
    async (last, meanwhile, next) => {
      const raised = service.write(async (manager) => {
        let statements = 0;
        const slow = {
          query: async (text: string, values: unknown[]): Promise<unknown> => {
            if (++statements === 2)
              for (const id of meanwhile)
                await manager.query('SELECT nextval($1), $2', ['events_id_seq', id]);
            return manager.query(text, values);
          },
        } as unknown as EntityManager;
        await service.transfer.raiseLastIds(slow, { event: last });
      });
      await raised;
      expect(await write()).toBe(next);
    },
  );
});
