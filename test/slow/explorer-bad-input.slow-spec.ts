import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBrowser } from '../support/browser.js';
import { alert, startExplorer, type ExplorerSuite } from '../support/explorer.js';
import { PASSWORD, startService } from '../support/service.js';

const PHONE = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };
/** A text without a space, one from right to left, markup, and escape sequences. */
const SUMMARIES = [
  'x'.repeat(1000),
  'القرص ممتلئ على pve2 \u202e evil',
  '<script>document.title = "run"</script><img src=x onerror="document.title = 1">',
  '\u001b[31mred\u001b[0m \u0007 \u200b end',
];
const WIDTH = 'document.documentElement.scrollWidth';

let explorer: ExplorerSuite;
beforeAll(async () => {
  explorer = await startExplorer();
}, 120_000);
afterAll(() => explorer.close());

function nested(depth: number): object {
  return depth === 0 ? { deepest: true } : { inner: nested(depth - 1) };
}

describe('What the memory may hold', () => {
  it.each([
    ['a desk', {}],
    ['a phone', PHONE],
  ])('is shown as it is, whatever a summary holds, on %s', async (_name, options) => {
    const saved = SUMMARIES.map((summary) =>
      explorer.save('/memory/events', alert({ summary, node: 'pve2' })),
    );
    const events = await Promise.all(saved);
    await explorer.visit(
      async ({ page, open }) => {
        await open('now');
        for (const [index, summary] of SUMMARIES.entries()) {
          await open(`events?id=${events[index]!.event.id}`);
          await page.locator('.detail-title').waitFor();
          expect(await page.locator('.detail-title').textContent()).toBe(summary);
          expect(await page.title()).toMatch(/Jarvis memory$/);
          if (options === PHONE) expect(await page.evaluate(WIDTH)).toBe(360);
        }
      },
      { ...explorer.asOwner, ...options },
    );
  });

  it.each([
    ['64 deep', nested(60)],
    ['1 MB wide', { long: 'word '.repeat(200_000) }],
    ['10 000 members', Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`member ${at}`, at]))],
  ])('are details: %s', async (name, details) => {
    const { event } = await explorer.save('/memory/events', alert({ summary: `Details ${name}`, details }));
    await explorer.visit(async ({ page, open }) => {
      await open(`events?id=${event.id}`);
      await page.getByRole('complementary').getByText(Object.keys(details)[0]!).first().waitFor();
    }, explorer.asOwner);
  });

  it('is a message of 1 MB, and one with all that Markdown could do', async () => {
    const dangerous = [
      '<script>document.title = "run"</script>',
      '[link](javascript:document.title=1)',
      '![picture](https://example.com/a.png)',
      '<iframe src="https://example.com"></iframe><form action="https://example.com"><input></form>',
      '<p style="position:fixed;inset:0">over all</p>',
    ].join('\n\n');
    const sessionId = 'chat-bad-input';
    for (const [role, content] of [
      ['user', dangerous],
      ['assistant', dangerous],
      ['assistant', 'A long answer. '.repeat(69_000)],
    ])
      await explorer.save('/memory/conversations', { sessionId, role, content });
    await explorer.visit(async ({ page, open }) => {
      await open(`conversations?session=${sessionId}`);
      await page.getByText('over all').first().waitFor();
      expect(await page.title()).toMatch(/Jarvis memory$/);
      const forbidden =
        '.transcript :is(script, iframe, form form, img[src^=http], [style*=fixed], a[href^=javascript])';
      expect(await page.locator(forbidden).count()).toBe(0);
    }, explorer.asOwner);
  });

  it.each([
    ['no state of a cluster', { weather: { celsius: 21 } }, 'weather'],
    ['16 MB', { notes: Array.from({ length: 150 }, (_, at) => `${at} ${'x'.repeat(100_000)}`) }, 'notes'],
  ])(
    'is a snapshot, shown as a tree: %s',
    async (_name, snapshot, name) => {
      await explorer.save('/memory/snapshots', { snapshot });
      await explorer.visit(async ({ page, open }) => {
        await open('now');
        const tree = page.getByRole('tree').last();
        await tree.getByText(name).first().waitFor();
        await open('time-machine');
        await page.getByRole('tree', { name: 'Snapshot' }).last().getByText(name).first().waitFor();
        await open('timeline');
        // What is closed is not drawn, so that the page stays light.
        expect(await page.locator('*').count()).toBeLessThan(20_000);
      }, explorer.asOwner);
    },
    120_000,
  );

  it('is a theme that there is not', async () => {
    await explorer.service.call('put', '/memory/preferences/ui.theme').send({ value: 'plaid' }).expect(200);
    await explorer.visit(async ({ page, open }) => {
      await open('now');
      expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
    }, explorer.asOwner);
  });

  it('is nothing at all', async () => {
    const service = await startService();
    const { visit, close } = await startBrowser(service.url);
    const closing = visit(async ({ page, open, logIn, expectFault }) => {
      // That there is no snapshot is an answer, which the time machine says in words.
      expectFault(/^GET \/api\/memory\/snapshots\/(?:latest|at\?\S+) 404$/);
      await open('now');
      await logIn(PASSWORD);
      for (const [name, path] of [
        ['Now', 'snapshots'],
        ['Events', 'events'],
        ['Timeline', 'events'],
        ['Time machine', 'snapshots'],
        ['Conversations', 'conversations'],
        ['Preferences', 'preferences/ui.theme'],
      ] as const) {
        await page.getByRole('link', { name, exact: true }).first().click();
        const command = page.locator('.empty code').first();
        // A command that can be copied as it is.
        expect(await command.innerText()).toContain(`${service.url}/api/memory/${path}`);
        await page.locator('.skeleton').first().waitFor({ state: 'hidden' });
      }
      for (const name of ['Search', 'Keeping']) {
        await page.getByRole('link', { name, exact: true }).first().click();
        await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
        await page.locator('.skeleton').first().waitFor({ state: 'hidden' });
      }
    });
    await closing.finally(close);
    await service.destroy();
  });
});
