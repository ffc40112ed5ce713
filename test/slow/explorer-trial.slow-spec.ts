import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startExplorer, type ExplorerSuite } from '../support/explorer.js';

/** What changed from one snapshot to the next is found in the background, and the page asks again until it is. */
const COMPARED_WITHIN_MS = 240_000;

/** The way that docs/19-explorer.md tells: whoever makes it longer has to say so there. */
describe('The night of the demo, as who opens the explorer for the first time finds it', () => {
  let explorer: ExplorerSuite;

  beforeAll(async () => {
    explorer = await startExplorer();
  }, 120_000);
  afterAll(() => explorer.close());

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
        await page.getByText(/^Zoomed to 1 h of 24 h/).waitFor();
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
