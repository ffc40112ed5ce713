import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RetentionRun } from '../../src/retention/index.js';
import { startBrowser, type Visit } from '../support/browser.js';
import { alert, startExplorer, type ExplorerSuite } from '../support/explorer.js';
import { until } from '../support/instances.js';
import { PASSWORD } from '../support/service.js';

let explorer: ExplorerSuite;
beforeAll(async () => {
  explorer = await startExplorer();
}, 120_000);
afterAll(() => explorer.close());

describe('What may go wrong', () => {
  it('goes on by itself after the service was away', () =>
    explorer.visit(async ({ page, context, open, expectFault }) => {
      await open('events');
      expectFault(/net::ERR_INTERNET_DISCONNECTED/);
      await context.setOffline(true);
      const away = page.getByText('The service does not answer.');
      // The strip, and each part of the page that was being loaded.
      await away.first().waitFor();
      await context.setOffline(false);
      await until(async () => (await away.count()) === 0);
      await explorer.save('/memory/events', alert({ summary: 'It is back' }));
      await page.getByText('It is back').first().waitFor();
    }, explorer.asOwner));

  it('loads the rest of a list that did not arrive as soon as the service is back', () =>
    explorer.visit(async ({ page, context, open, expectFault }) => {
      const events = Array.from({ length: 150 }, (_, at) => alert({ summary: `One of many, ${at}` }));
      await explorer.service.call('post', '/memory/events/batch').send({ events }).expect(201);
      expectFault(/cursor=\S* net::ERR_FAILED/);
      await context.route(/[?&]cursor=/, (route) => route.abort());
      await open('events');
      await page.getByText('One of many, 149').waitFor();
      const toEnd = `document.querySelector('.event-list .virtual-list').scrollTop = 1e9`;
      await page.evaluate(toEnd);
      await page.getByText('The service does not answer.').first().waitFor();
      // The service answers all else, a little later; the page does not ask it again and again meanwhile.
      await context.route(/\/memory\/(?!.*[?&]cursor=)/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        await route.continue().catch(() => undefined);
      });
      const begun = Date.now();
      const tries: string[] = [];
      page.on('requestfailed', (request) => {
        if (/[?&]cursor=/.test(request.url())) tries.push(request.url());
      });
      await until(() => tries.length >= 5);
      expect(tries.length).toBeLessThanOrEqual((Date.now() - begun) / 2000 + 2);
      await context.unrouteAll();
      await until(async () => {
        await page.evaluate(toEnd);
        return page.getByText('The battery of the UPS lasts 9 minutes').first().isVisible();
      });
    }, explorer.asOwner));

  it('opens a page whose code did not arrive as soon as the service is back', () =>
    explorer.visit(async ({ page, context, open, expectFault }) => {
      await open('events');
      expectFault(/net::ERR_INTERNET_DISCONNECTED/);
      await context.setOffline(true);
      await page.getByRole('link', { name: 'Keeping' }).click();
      const problem = page.getByRole('alert').filter({ hasText: 'This page could not be loaded.' });
      await problem.getByText('The service does not answer.').waitFor();
      await context.setOffline(false);
      await page.locator('h1:visible').waitFor();
    }, explorer.asOwner));

  it('loads a page on a second try where the service answers, but the code did not arrive', () =>
    explorer.visit(async ({ page, context, open, expectFault }) => {
      await open('events');
      expectFault(/\/assets\/keeping-.* net::ERR_FAILED/);
      await context.route('**/assets/keeping-*.js', (route) => route.abort());
      await page.getByRole('link', { name: 'Keeping' }).click();
      await page.getByText('The service answers, but the code of the page did not arrive.').waitFor();
      await context.unrouteAll();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('h1:visible').waitFor();
    }, explorer.asOwner));

  it('says nothing of a search whose code did not arrive before it was asked for', () =>
    explorer.visit(async ({ page, context, open, expectFault }) => {
      expectFault(/\/assets\/search-.* net::ERR_FAILED/);
      const failed = page.waitForEvent('requestfailed', (request) => /\/search-/.test(request.url()));
      await context.route('**/assets/search-*.js', (route) => route.abort());
      await open('events');
      await failed;
      await context.unrouteAll();
      // What a script throws for it by the next turn counts as a fault.
      await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: 'Search everything' }).waitFor();
    }, explorer.asOwner));

  it('asks to log in again where the session ends while one types, and keeps what was typed', () =>
    explorer.visit(async ({ page, context, open, expectFault }) => {
      await open('preferences?key=alerts.quiet_hours');
      const value = page.getByRole('textbox', { name: 'Value of alerts.quiet_hours' });
      await value.fill('22:00-08:00');
      expectFault(/ 401$/);
      await context.clearCookies();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
      await dialog.locator('input[name=credential]').fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Log in' }).click();
      await dialog.waitFor({ state: 'hidden' });
      expect(await value.inputValue()).toBe('22:00-08:00');
      await value.press('Enter');
      await until(async () => {
        const { body } = await explorer.service.call('get', '/memory/preferences/alerts.quiet_hours');
        return body.preference.value === '22:00-08:00';
      });
    }, explorer.asOwner));

  it('logs out of both tabs', () =>
    explorer.visit(async ({ page, context, open, logIn, expectFault }) => {
      expectFault(/ 401$/);
      await open('now');
      await logIn(PASSWORD);
      const second = await context.newPage();
      await second.goto(page.url());
      await second.getByTitle(/^Logged in as/).click();
      await second.getByRole('button', { name: 'Log out' }).click();
      await page.locator('input[name=credential]').waitFor();
    }));

  it('counts by the clock of the service where that of the browser is an hour off', () =>
    explorer.visit(async ({ page, context, open }) => {
      await context.addInitScript({
        content: `{ const Real = Date;
          globalThis.Date = class extends Real {
            constructor(...args) { args.length === 0 ? super(Real.now() + 3_600_000) : super(...args); }
            static now() { return Real.now() + 3_600_000; }
          } }`,
      });
      const summary = 'An event of this second';
      await explorer.save('/memory/events', alert({ summary }));
      await open('events?open=yes');
      const row = page
        .getByRole('option')
        .or(page.getByRole('row'))
        .or(page.locator('.event-row'))
        .filter({ hasText: summary });
      expect(await row.first().innerText()).not.toMatch(/\b(59|60|61) min|1 h/);
    }, explorer.asOwner));

  it('says of a link to what was never there that it is not there', () =>
    explorer.visit(async ({ page, open, expectFault }) => {
      expectFault(/^GET \/api\/memory\/.* 404$/);
      await open('events?id=999999999');
      await page.getByText('Event 999999999 is not here').waitFor();
    }, explorer.asOwner));

  it('says of a link to what was forgotten that it was, when and by which rule', async () => {
    const timestamp = new Date(Date.now() - 100 * 86_400_000).toISOString();
    const { event } = await explorer.save('/memory/events', {
      ...{ type: 'status', source: 'monitor', summary: 'Long ago', timestamp },
    });
    await explorer.service.call('post', `/memory/events/${event.id}/resolve`).expect(200);
    // The demo has rules, which forget what is older than 90 days and of no interest.
    await explorer.service.app.get(RetentionRun, { strict: false }).run();
    await explorer.visit(async ({ page, open, expectFault }) => {
      expectFault(new RegExp(`^GET /api/memory/events/${event.id}(?:/similar\\S*)? 410$`));
      await open(`events?id=${event.id}`);
      await page.getByText(`Event ${event.id} is not here`).waitFor();
      await page.getByText(/This event was forgotten .* by the rule events info=90d\./).waitFor();
    }, explorer.asOwner);
  });

  it('works behind a path of a proxy', async () => {
    const proxy = await proxyBelow('/jarvis', explorer.service.url);
    const { visit, close } = await startBrowser(
      `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/jarvis`,
    );
    try {
      await visit(async ({ page, open, logIn }: Visit) => {
        // The day of the demo begins with it: of the last 24 hours it is soon no part.
        await open('events?severity=error&range=7d');
        await logIn(PASSWORD);
        await page.getByText('Drive sdb of pve3 has 8 reallocated sectors').waitFor();
        await page.getByRole('link', { name: 'Keeping' }).click();
        await page.waitForURL(/\/jarvis\/ui\/keeping/);
        await explorer.save(
          '/memory/events',
          alert({ severity: 'critical', summary: 'Heard through a proxy' }),
        );
        await page.getByRole('link', { name: /^Events/ }).click();
        await page.getByText('Heard through a proxy').waitFor();
      });
    } finally {
      await close();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

/** Takes the path away, as a proxy does. */
async function proxyBelow(path: string, target: string): Promise<Server> {
  const server = createServer((from, to) => {
    const { method, headers, url = '' } = from;
    const onward = request(target + url.slice(path.length), { method, headers }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
