import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { alert, startExplorer, type ExplorerSuite } from '../support/explorer.js';

let explorer: ExplorerSuite;
beforeAll(async () => {
  explorer = await startExplorer();
}, 120_000);
afterAll(() => explorer.close());

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
