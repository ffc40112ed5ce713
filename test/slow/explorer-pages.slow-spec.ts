import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { startExplorer, type ExplorerSuite } from '../support/explorer.js';
import { PASSWORD } from '../support/service.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };

let explorer: ExplorerSuite;
let addresses: readonly string[];

beforeAll(async () => {
  explorer = await startExplorer();
  const events = (await explorer.service.call('get', '/memory/events?severity=critical&limit=5')).body.events;
  const at = Date.parse(explorer.memory.snapshots.at(-1)!.timestamp);
  const [a, b] = [at - 3_600_000, at].map((time) => new Date(time).toISOString());
  const talk = explorer.memory.messages.at(-1)!.sessionId;
  addresses = [
    'now',
    'events',
    `events?id=${events[0].id}`,
    'timeline',
    `time-machine?a=${a}&b=${b}`,
    `conversations?session=${talk}`,
    'search?q=disk+full',
    'preferences?key=alerts.disk.warning_percent',
    'keeping',
  ];
}, 120_000);
afterAll(() => explorer.close());

async function seriousFindings(page: Page): Promise<string[]> {
  // Not a script of the page: its policy would not let it in.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${String(target)}`));
}

describe.each(['light', 'dark'] as const)('Every page of the explorer, %s', (colorScheme) => {
  it('has nothing serious for accessibility, on a desk and on a phone', async () => {
    const found: Record<string, string[]> = {};
    for (const options of [{}, PHONE])
      await explorer.visit(
        async ({ page, open, settle }) => {
          for (const address of addresses) {
            await open(address);
            await settle();
            const findings = await seriousFindings(page);
            if (findings.length > 0)
              found[`${address} ${'isMobile' in options ? 'phone' : 'desk'}`] = findings;
          }
        },
        { ...explorer.asOwner, ...options, colorScheme },
      );
    expect(found).toEqual({});
  }, 300_000);
});

describe('A phone of 360 pixels', () => {
  it('has no page that scrolls sideways', async () => {
    const wide: string[] = [];
    await explorer.visit(
      async ({ page, open, settle }) => {
        for (const address of addresses) {
          await open(address);
          await settle();
          const width = await page.evaluate(
            'Math.max(...[document.documentElement, ...document.querySelectorAll("main")].map((one) => one.scrollWidth))',
          );
          if (Number(width) > 360) wide.push(`${address}: ${String(width)}`);
        }
      },
      { ...explorer.asOwner, ...PHONE },
    );
    expect(wide).toEqual([]);
  }, 300_000);
});

describe('The keyboard alone', () => {
  it('logs in, opens every page and shows where it is', () =>
    explorer.visit(async ({ page, open }) => {
      await open('now');
      await page.locator('input[name=credential]:focus').waitFor();
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: 'Pages' }).waitFor();
      // The last one takes the focus into its field.
      const pages = [
        'now',
        'events',
        'timeline',
        'time-machine',
        'conversations',
        'preferences',
        'keeping',
        'search',
      ];
      for (const name of pages) {
        await page.keyboard.press('g');
        await page.keyboard.press(name === 'time-machine' ? 'm' : name.charAt(0));
        await page.waitForURL(new RegExp(`/ui/${name}(\\?|$)`));
      }
      await page.getByRole('combobox').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
    }));

  it(
    'reaches everything on a page by Tab, and never loses the ring',
    () =>
      explorer.visit(async ({ page, open, settle }) => {
        for (const address of addresses) {
          await open(address);
          await settle();
          const seen = new Set<string>();
          for (let presses = 0; presses < 40; presses++) {
            await page.keyboard.press('Tab');
            const focused = await page.evaluate<{ name: string; ring: string } | null>(`(() => {
            const one = document.activeElement;
            if (!one || one === document.body) return null;
            const { outlineStyle, outlineWidth } = getComputedStyle(one);
            const field = one.closest('.field');
            const ring = field ? getComputedStyle(field).outlineStyle + getComputedStyle(field).boxShadow : outlineStyle + ' ' + outlineWidth;
            return { name: one.outerHTML.slice(0, 120), ring };
          })()`);
            if (!focused) break;
            seen.add(focused.name);
            expect({ address, ...focused }).not.toMatchObject({
              ring: expect.stringMatching(/^none(none| 0px)?$/),
            });
          }
          expect(seen.size).toBeGreaterThan(8);
        }
      }, explorer.asOwner),
    300_000,
  );
});
