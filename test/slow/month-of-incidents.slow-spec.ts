import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timeOfMinute } from '../../bench/data/cluster-minutes.js';
import { Database } from '../../src/database/index.js';
import { INCIDENTS, MONTH_MINUTES, monthMinute, PAUSE } from '../support/incidents.js';
import { startService, type TestService } from '../support/service.js';

const BATCH = 200;
const HOUR = 60;
/** The hours around each incident, and a quiet day. */
const COMPARED: readonly (readonly [string, string])[] = [
  ...INCIDENTS.map(({ from, until = from }) => [from - HOUR, until + 4 * HOUR] as const),
  [100 * HOUR, 124 * HOUR] as const,
].map(([from, until]) => [timeOfMinute(from), timeOfMinute(until)]);

let service: TestService;
beforeAll(async () => {
  service = await startService();
  const database = service.app.get(Database, { strict: false });
  for (let minute = 0; minute < MONTH_MINUTES; minute += BATCH)
    await database.write(async (manager) => {
      for (let one = minute; one < minute + BATCH; one++) {
        const state = monthMinute(one);
        if (state)
          await manager.query('INSERT INTO cluster_snapshots ("timestamp", snapshot) VALUES (?, ?)', [
            timeOfMinute(one),
            JSON.stringify(state),
          ]);
      }
    }, 'snapshots');
  // The rest of the quiet days is left out: it takes the background longer than all other tests together.
  await service.store.run(
    `DELETE FROM snapshots_to_compare WHERE NOT (${COMPARED.map(() => '"timestamp" BETWEEN ? AND ?').join(' OR ')})`,
    COMPARED.flat(),
  );
}, 600_000);
afterAll(() => service.destroy());

interface Line {
  readonly kind: string;
  readonly subject: string;
}

const said = (lines: readonly Line[]): string[] => lines.map(({ kind, subject }) => `${kind} ${subject}`);

async function diff(from: number, to: number) {
  const query = `from=${timeOfMinute(from)}&to=${timeOfMinute(to)}`;
  return (await service.call('get', `/memory/snapshots/diff?${query}`).expect(200)).body;
}

describe('A month of minutes with twelve incidents', () => {
  it.each(INCIDENTS)('names what happens, and nothing else: $name', async ({ from, until, begins, ends }) => {
    expect(said((await diff(from - 30, from + 5)).summary)).toEqual(begins);
    if (until !== undefined) expect(said((await diff(until - 1, until + 30)).summary)).toEqual(ends);
  });

  it('has nothing to say of quiet hours', async () => {
    for (const hour of [30, 100, 333, 600, 710]) {
      const answer = await diff(hour * 60, hour * 60 + 60);
      expect(answer).toMatchObject({ summary: [], coverage: { gaps: [] } });
      expect(answer.counts.noise).toBeGreaterThan(100);
    }
  });

  it('has a gap where the snapshots paused', async () => {
    const { summary, coverage } = await diff(PAUSE.from - 60, PAUSE.until + 60);
    expect(summary).toEqual([]);
    expect(coverage.gaps).toEqual([
      { from: timeOfMinute(PAUSE.from - 1), to: timeOfMinute(PAUSE.until), what: 'snapshots' },
    ]);
    const { body } = await service
      .call('get', `/memory/snapshots/at?time=${timeOfMinute(PAUSE.until - 1)}`)
      .expect(200);
    expect(body).toMatchObject({
      snapshot: { timestamp: timeOfMinute(PAUSE.from - 1) },
      ageSeconds: 120 * 60,
    });
  });

  it('keeps exactly these lines in the background', async () => {
    while ((await service.store.run('SELECT id FROM snapshots_to_compare LIMIT 1')).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 200));
    const rows = await service.store.run<{ timestamp: string; lines: string }>(
      'SELECT "timestamp", lines FROM snapshot_changes ORDER BY 1',
    );
    const expected = INCIDENTS.flatMap(({ from, until, begins, ends = [] }) => [
      { timestamp: timeOfMinute(from), lines: begins },
      ...(until === undefined ? [] : [{ timestamp: timeOfMinute(until), lines: ends }]),
    ]);
    // The disk fills further while it is full.
    const disk = INCIDENTS.find(({ name }) => name === 'a disk fills')!;
    expected.push({
      timestamp: timeOfMinute(disk.from + 200),
      lines: ['storage.crossed storage/pve1/local'],
    });
    expected.sort((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
    expect(
      rows.map(({ timestamp, lines }) => ({ timestamp, lines: said(JSON.parse(lines) as Line[]) })),
    ).toEqual(expected);
  }, 600_000);
});
