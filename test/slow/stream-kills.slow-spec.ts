import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { expectNothingLost, type FeedRow } from '../support/cut-streams.js';
import { KilledService } from '../support/killed-service.js';
import { temporaryFolder } from '../support/service.js';

/** Another seed cuts and kills at other moments: `SEED=1 npm run jest -- test/slow/stream-kills`. */
const SEED = Number(process.env['SEED'] ?? 20_261_128);

describe('Streams of a service that is killed', () => {
  let folder: string;
  let service: KilledService | undefined;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    await service?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it(`bring each change once, in order, to 20 who are cut off 50 times each, with the seed ${SEED}`, async () => {
    const file = join(folder, 'jarvis.db');
    service = await KilledService.start({ DB_PATH: file });
    const feed = (): Promise<FeedRow[]> => {
      const handle = new Sqlite(file, { readonly: true });
      try {
        const select = 'SELECT position, topic, kind, ids FROM feed_changes ORDER BY position, number';
        return Promise.resolve(handle.prepare<[], FeedRow>(select).all());
      } finally {
        handle.close();
      }
    };
    await expectNothingLost({ services: [service], feed, seed: SEED });
  }, 600_000);
});
