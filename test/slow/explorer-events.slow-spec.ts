import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alert, startExplorer, type ExplorerSuite } from '../support/explorer.js';
import { until } from '../support/instances.js';

describe('The list of events', () => {
  let explorer: ExplorerSuite;
  const ids: number[] = [];

  beforeAll(async () => {
    explorer = await startExplorer();
    for (const fan of ['left', 'right']) {
      const event = alert({ node: 'pve9', summary: `The ${fan} fan of pve9 stands still` });
      ids.push((await explorer.save('/memory/events', event)).event.id);
    }
  }, 120_000);
  afterAll(() => explorer.close());

  it('marks rows by key, copies them, and resolves them together', () =>
    explorer.visit(
      async ({ page, open }) => {
        await open('events?node=pve9');
        await page.getByText('The right fan of pve9').waitFor();
        for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
        await page.getByText('2 marked').waitFor();
        await page.getByRole('button', { name: 'Copy', exact: true }).click();
        const copied = await page.evaluate<string>('navigator.clipboard.readText()');
        expect(copied.split('\n')).toHaveLength(2);
        expect(copied).toMatch(/warning {2}pve9 {2}The right fan/);
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          page.locator('.list-head').getByRole('button', { name: 'Export' }).click(),
        ]);
        expect(file.suggestedFilename()).toMatch(/^events-.*\.json$/);

        await page.getByRole('button', { name: 'Resolve 2' }).click();
        await page.getByText('Resolved 2 events').waitFor();
        await page.getByText('2 marked').waitFor({ state: 'hidden' });
        const isResolved = async (id: number): Promise<boolean> =>
          (await explorer.service.call('get', `/memory/events/${id}`).expect(200)).body.event.resolved;
        await until(async () => (await Promise.all(ids.map(isResolved))).every(Boolean));
      },
      { ...explorer.asOwner, permissions: ['clipboard-read', 'clipboard-write'] },
    ));

  it('is counted by its filters over the whole range, and not as far as it is loaded', () =>
    explorer.visit(async ({ page, open }) => {
      const since = new Date(Date.now() - 7 * 86_400_000).toISOString();
      const path = `/memory/events/stats?interval=hour&type=metric&since=${since}`;
      const { total } = (await explorer.service.call('get', path).expect(200)).body;
      // More than a page of the list.
      expect(total).toBeGreaterThan(100);
      await open('events?range=7d&type=metric');
      const chart = page.getByRole('img', { name: /events over the range, by severity$/ });
      await chart.waitFor();
      const counted = Number((await chart.getAttribute('aria-label'))!.split(' ')[0]!.replaceAll(',', ''));
      // The ends of the two ranges are minutes apart.
      expect(Math.abs(counted - total)).toBeLessThanOrEqual(10);
    }, explorer.asOwner));
});
