import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { alert, startExplorer, type ExplorerSuite } from '../support/explorer.js';
import { until } from '../support/instances.js';

let explorer: ExplorerSuite;
beforeAll(async () => {
  explorer = await startExplorer();
}, 120_000);
afterAll(() => explorer.close());

/** What changed from one snapshot to the next is found in the background, and the page asks again until it is. */
const COMPARED_WITHIN_MS = 240_000;

/** The way that docs/19-explorer.md tells: whoever makes it longer has to say so there. */
describe('The night of the demo, as who opens the explorer for the first time finds it', () => {
  it(
    'says after one click and one key why the backup failed, what was done, whether it helped, what else changed',
    () =>
      explorer.visit(async ({ page, open }) => {
        await open('now');
        await page.getByRole('link', { name: 'Backup of 204 (photos) failed' }).click();

        const panel = page.getByRole('complementary', { name: 'Event' });
        await panel.getByRole('heading', { name: /Backup of 204 .* no space left on device/ }).waitFor();
        const done = panel.locator('section').filter({ hasText: 'What was done' });
        await done.getByText('Began to delete 6 dumps on pve2').waitFor();
        await done.getByText('Repeated the backup of 204 (photos)').waitFor();
        await done.getByText(/^Fixed by Jarvis\. Not seen again in the .* since\.$/).waitFor();
        await page.getByRole('option', { selected: true }).getByText('Backup of 204').waitFor();
        const row = page.getByRole('option', { selected: true });
        const { y } = (await row.boundingBox())!;
        expect(y).toBeGreaterThan(200);
        expect(y).toBeLessThan(900);

        const entry = (text: string) => page.getByText(text).locator('visible=true').first();
        await page.keyboard.press('a');
        await page.waitForURL(/timeline\?around=event/);
        await entry('202 postgres moved from pve2 to pve1').waitFor({ timeout: COMPARED_WITHIN_MS });
        await entry('Storage local on pve2 crossed 95 %').waitFor();
        // It is a part of the night, and the rest is a key away.
        await page.keyboard.press('-');
        await page.getByText(/^Zoomed to 1 h of 1 day/).waitFor();
      }, explorer.asOwner),
    COMPARED_WITHIN_MS + 60_000,
  );

  it('is found by two words as well', () =>
    explorer.visit(async ({ page, open }) => {
      await open('now');
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: 'Search everything' }).and(page.locator(':focus')).waitFor();
      await page.keyboard.type('backup failed');
      await page.getByRole('option').filter({ hasText: 'Backup of 204 (photos) failed' }).last().click();
      await page.keyboard.press('Enter');
      await page.getByRole('complementary', { name: 'Event' }).getByText('What was done').waitFor();
    }, explorer.asOwner));
});

describe('The list of events', () => {
  const ids: number[] = [];

  beforeAll(async () => {
    for (const fan of ['left', 'right']) {
      const event = alert({ node: 'pve9', summary: `The ${fan} fan of pve9 stands still` });
      ids.push((await explorer.save('/memory/events', event)).event.id);
    }
  });

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

/** Events of different words, ten batches a second: 1000 a second where the machine keeps up. */
async function flood(name: string, batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch += 1) {
    const events = Array.from({ length: 100 }, (_, at) => alert({ summary: `${name} ${batch * 100 + at}` }));
    await explorer.service.call('post', '/memory/events/batch').send({ events }).expect(201);
    await new Promise((done) => setTimeout(done, 100));
  }
}

const LIST = `document.querySelector('.event-list .virtual-list')`;
/** The summary of the first row that is seen whole. */
const FIRST_SEEN = `[...${LIST}.querySelectorAll('[role=option]')]
  .find((row) => row.getBoundingClientRect().top >= ${LIST}.getBoundingClientRect().top).innerText.match(/(Flood|Tide) \\d+/)?.[0]`;

const drawnRows = (page: Page): Promise<number> => page.locator('.event-list [role=option]').count();

describe('A stream that floods', () => {
  it(
    'keeps the list at its newest, and the page small',
    () =>
      explorer.visit(async ({ page, open }) => {
        await open('events');
        await page.getByRole('option').first().waitFor();
        await flood('Flood', 60);
        await page.getByRole('option').first().filter({ hasText: 'Flood 5999' }).waitFor();
        expect(await drawnRows(page)).toBeLessThan(100);
      }, explorer.asOwner),
    120_000,
  );

  it(
    'moves nothing for one who reads further below, and counts what is new up to a bound',
    () =>
      explorer.visit(async ({ page, open }) => {
        await open('events');
        await page.getByRole('option').first().waitFor();
        const scrollTo = (top: number): Promise<unknown> => page.evaluate(`${LIST}.scrollTop = ${top}`);
        const place = (): Promise<string> => page.evaluate(FIRST_SEEN);
        await scrollTo(900);
        const before = await place();
        expect(before).toMatch(/^Flood/);
        await flood('Tide', 30);
        await page.getByRole('button', { name: /or more new$/ }).click({ trial: true });
        expect(await place()).toBe(before);
        await page.keyboard.press('n');
        await scrollTo(0);
        await page.getByRole('option').first().filter({ hasText: 'Tide 2999' }).waitFor();
      }, explorer.asOwner),
    120_000,
  );
});
