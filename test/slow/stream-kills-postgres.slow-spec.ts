import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { expectNothingLost, type FeedRow } from '../support/cut-streams.js';
import { KilledService } from '../support/killed-service.js';
import { createDatabase, type TestDatabase } from '../support/postgres/index.mjs';

/** Another seed cuts and kills at other moments: `SEED=1 npm run jest -- test/slow/stream-kills-postgres`. */
const SEED = Number(process.env['SEED'] ?? 20_261_128);

describe('Streams of two instances, of which one or the other is killed', () => {
  let database: TestDatabase;
  let services: KilledService[] = [];
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    for (const service of services.splice(0)) await service.end();
    await database.drop();
  });

  it(`bring each change once, in order, to 20 who go to the one and the other, with the seed ${SEED}`, async () => {
    const memory = { DATABASE_URL: database.url };
    services = [await KilledService.start(memory), await KilledService.start(memory)];
    const feed = (): Promise<FeedRow[]> =>
      database.query(
        'SELECT position::int, topic, kind, ids FROM feed_changes ORDER BY position, number',
      ) as Promise<unknown> as Promise<FeedRow[]>;
    await expectNothingLost({ services, feed, seed: SEED });
  }, 600_000);
});
