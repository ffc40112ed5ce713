import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeysService } from '../src/auth/index.js';
import { PAGE_POLICY } from './factories/page-policy.js';
import { startExplorer, type ExplorerSuite } from './support/explorer.js';
import { until } from './support/instances.js';
import { PASSWORD } from './support/service.js';

describe('The explorer in a browser', () => {
  let explorer: ExplorerSuite;

  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer.close());

  const call = async (path: string) => (await explorer.service.call('get', path).expect(200)).body;
  const save = async (event: object) =>
    (
      await explorer.service
        .call('post', '/memory/events')
        .send({ type: 'alert', source: 'monitor', ...event })
        .expect(201)
    ).body;

  it('comes with its policy', async () => {
    const { headers } = await fetch(`${explorer.service.url}/ui/events`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(
      policy
        .split(';')
        .map((part) => part.trim())
        .sort(),
    ).toEqual([...PAGE_POLICY].sort());
  });

  it('asks for the password, leads to where one wanted to go, and logs out', () =>
    explorer.visit(async ({ page, context, open, logIn, expectFault }) => {
      expectFault(/^POST \/api\/auth\/session 401$/);
      await open('events?severity=error');
      await page.locator('input[name=credential]').fill('not the password');
      await page.getByRole('button', { name: 'Log in' }).click();
      expect(await page.getByRole('alert').innerText()).toMatch(/password/i);

      await logIn(PASSWORD);
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/ui/events?severity=error');
      await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
      expect(await page.evaluate('document.cookie')).toBe('');

      await page.getByTitle(/^Logged in as/).click();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.locator('input[name=credential]').waitFor();
      expect(await context.cookies()).toEqual([]);
    }));

  it('shows an event when it is saved, finds it by filters, resolves it, and takes that back', () =>
    explorer.visit(async ({ page, open }) => {
      await page.clock.install();
      // The day of the demo begins with one of them: of the last 24 hours it is soon no part.
      await open('events?range=7d');
      const row = page.getByText('The door of the rack is open');
      const begun = Date.now();
      const { event } = await save({
        severity: 'error',
        node: 'pve2',
        summary: 'The door of the rack is open',
      });
      await row.waitFor();
      expect(Date.now() - begun).toBeLessThan(5000);

      const filters = page.getByRole('group', { name: 'Filters' });
      for (const severity of ['Info', 'Warning', 'Critical'])
        await filters.getByRole('button', { name: severity }).click();
      await page.waitForURL(/severity=error/);
      await filters.getByRole('button', { name: 'Open only' }).click();
      await page.getByText('Drive sdb of pve3 has 8 reallocated sectors').waitFor();
      await page.getByText('Pool tank of pve3 is degraded').waitFor({ state: 'hidden' });

      await row.click();
      const panel = page.getByRole('complementary', { name: 'Event' });
      await panel.getByRole('heading', { name: 'The door of the rack is open' }).waitFor();
      const isResolved = async () => (await call(`/memory/events/${event.id}`)).event.resolved;
      // While the page's clock stands, the toast stays, and a key works only where it came with the toast. A clock is not
      // stopped at a moment that has passed, so a minute ahead.
      await page.clock.pauseAt(Date.now() + 60_000);
      await page.keyboard.press('r');
      await page.getByText('Resolved: The door of the rack is open').waitFor();
      await page.keyboard.press('u');
      await panel.getByText(/^open/).waitFor();
      await page.clock.resume();
      expect(await isResolved()).toBe(false);
      await page.keyboard.press('r');
      await page.getByRole('button', { name: 'Close' }).last().click();
      await until(isResolved);
    }, explorer.asOwner));

  it('says of an event whether it was seen before and what helped, and zooms in on a part of the time', () =>
    explorer.visit(async ({ page, open }) => {
      const { events } = await call('/memory/events?severity=critical&node=pve2&source=monitor&limit=1');
      await open(`events?id=${events[0].id}`);
      const panel = page.getByRole('complementary', { name: 'Event' });
      await panel
        .getByText(/Began to delete 6 dumps on pve2/)
        .first()
        .waitFor();
      await panel.getByText('3 of 3').waitFor();
      await panel.getByText('usedPercent').waitFor();
      await page.keyboard.press('Escape');

      const plot = page.locator('.event-histogram .histogram');
      const { x, y, width, height } = (await plot.boundingBox())!;
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + (width * 3) / 4, y + height / 2, { steps: 4 });
      await page.mouse.up();
      await page.getByRole('button', { name: /^Zoom in/ }).waitFor();
      await page.keyboard.press('z');
      await page.waitForURL(/from=.*to=/);
    }, explorer.asOwner));

  it('searches from anywhere, the whole way by keyboard', () =>
    explorer.visit(async ({ page, open }) => {
      await open('keeping');
      await page.keyboard.press('/');
      const field = page.getByRole('combobox', { name: 'Search everything' });
      await field.and(page.locator(':focus')).waitFor();
      await page.keyboard.type('valheim restart disk');
      const hits = page.getByRole('option');
      await hits.first().waitFor();
      expect(await page.locator('mark').count()).toBeGreaterThan(0);
      await field.fill('backup of photos failed');
      await hits.filter({ hasText: 'Backup of 204 (photos) failed' }).first().waitFor();
      // The hits of the words before have it too, without this mark.
      await hits.locator('mark', { hasText: 'photos' }).first().waitFor();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('option', { selected: true }).and(hits.nth(1)).waitFor();
      // Another search, and the same once more, begin with their first hits.
      for (const text of ['valheim', 'backup of photos failed']) {
        await field.fill(text);
        await page.waitForURL(({ searchParams }) => searchParams.get('q') === text);
        await page.getByRole('option', { selected: true }).and(hits.first()).waitFor();
      }
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/ui\/(?:events\?.*id=|conversations\?.*message=)\d+/);
    }, explorer.asOwner));

  it('shows a conversation with its tables and tools, and finds within it', () =>
    explorer.visit(async ({ page, open }) => {
      await open('conversations');
      // Where it is the newest conversation, it is open already, and its first prompt is a link too.
      const row = page.locator('a.session', { hasText: 'Sum up the night for my notes' });
      await row.getByText('In short: the import of 6 214 photos filled local').waitFor();
      await row.click();
      await page.getByRole('cell', { name: 'backup of 204 (photos) fails' }).waitFor();
      await page.getByText('ssh pve2 df -h /var/lib/vz').waitFor();
      await page.locator('details.tool-call summary').filter({ hasText: 'memory_timeline' }).click();
      await page
        .locator('details.tool-call pre')
        .filter({ hasText: 'Began to import 6 214 photos' })
        .waitFor();

      const within = page.getByRole('textbox', { name: 'Search in this conversation' });
      await within.fill('postgres');
      await page.getByText(/^1 of \d+$/).waitFor();
      expect(await page.locator('.transcript mark').count()).toBeGreaterThan(1);
      await page.keyboard.press('Enter');
      await page.getByText(/^2 of \d+$/).waitFor();
      for (const text of ['photos', 'postgres']) {
        await within.fill(text);
        await page.waitForURL(new RegExp(`find=${text}(&|$)`));
        await page.getByText(/^1 of \d+$/).waitFor();
      }

      await page.getByRole('navigation', { name: 'Prompts' }).getByText('Perfect. Thanks!').click();
      await page.waitForURL(/message=\d+/);
    }, explorer.asOwner));

  it('sets a preference in place, and its old value again', () =>
    explorer.visit(async ({ page, open }) => {
      await page.clock.install();
      await open('preferences');
      await page.getByRole('button', { name: 'alerts.disk.warning_percent' }).click();
      const history = page.getByRole('region', { name: 'History of alerts.disk.warning_percent' });
      await history.getByText('85').waitFor();
      const value = page.getByRole('textbox', { name: 'Value of alerts.disk.warning_percent' });
      await value.fill('70');
      await page.clock.pauseAt(Date.now() + 60_000);
      await page.keyboard.press('Enter');
      const stored = async () =>
        (await call('/memory/preferences/alerts.disk.warning_percent')).preference.value;
      await until(async () => (await stored()) === '70');
      await page.getByRole('button', { name: /^Undo/ }).click();
      await until(async () => (await stored()) === '75');
    }, explorer.asOwner));

  it('makes a key, which is shown once and revoked, and a backup to download', () =>
    explorer.visit(async ({ page, open }) => {
      await open('keeping');
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('textbox', { name: 'Who uses it' }).fill('a monitor of the test');
      await page.getByRole('button', { name: 'Make the key' }).click();
      const secret = await page.locator('.secret code').innerText();
      expect(secret).toMatch(/^jm_/);
      explorer.service.recorded.protect(secret);
      await page.getByRole('button', { name: 'I have it' }).click();
      await page.getByText(secret).waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Revoke the key of a monitor of the test' }).click();
      await page.getByRole('button', { name: 'Revoke this key' }).click();
      await page.getByText('The key of a monitor of the test is revoked.').waitFor();
      await page
        .getByRole('button', { name: 'Revoke the key of a monitor of the test' })
        .waitFor({ state: 'hidden' });

      await page.getByRole('button', { name: 'Make a backup now' }).click();
      await page.getByText(/^Made in /).waitFor();
      const downloads = page.getByRole('link', { name: /^Download jarvis-/ });
      await downloads.nth(1).waitFor();
      expect(await downloads.count()).toBe(2);

      // One that somebody else makes, and that takes longer than that of a small memory.
      const createdAt = new Date().toISOString();
      const running = { createdAt, step: 'copy', done: 430, total: 1000 };
      const backups = [{ name: 'jarvis-of-a-server.dump', createdAt, sizeBytes: 1 }];
      // With a server, an API key may not have them.
      const json = { running, downloadable: false, backups };
      await page.route('**/api/admin/backups', (route) => route.fulfill({ json }));
      await open('keeping');
      await page.getByText('43 %').waitFor();
      await page.getByText('Only the owner may download them').waitFor();
      expect(await downloads.count()).toBe(0);
      await page.unrouteAll();
      await page.getByRole('button', { name: 'Make a backup now' }).waitFor();
    }, explorer.asOwner));

  it('says first what is open, and how the cluster is', () =>
    explorer.visit(async ({ page, open }) => {
      // What changed from one snapshot to the next is found in the background.
      const since = explorer.memory.day.snapshots[0]!.timestamp;
      await until(
        async () =>
          (await call(`/memory/timeline?kind=snapshot&limit=1&since=${since}`)).uncomparedSince === null,
      );
      await open('now');
      await page
        .getByRole('heading', { level: 1, name: /^\d open\. Pool tank of pve3 is degraded/ })
        .waitFor();
      await page.getByText('304 books moved from pve3 to pve1').waitFor();
      // A game runs in the evening, whatever evening it is where the test runs.
      const guests = explorer.memory.day.snapshots.at(-1)!.snapshot.guests;
      const running = guests.filter(({ status }) => status === 'running').length;
      await page.getByText(`${running} running, ${guests.length - running} stopped, seen`).waitFor();
    }, explorer.asOwner));

  it('compares two minutes: what changed in words, the documents below, counters hidden', () =>
    explorer.visit(async ({ page, open }) => {
      const { snapshots } = explorer.memory.day;
      const isThere = (node: string) => (minute: (typeof snapshots)[number]) =>
        minute.snapshot.guests.find(({ vmid }) => vmid === 304)?.node === node;
      const [before, after] = [snapshots.findLast(isThere('pve3')), snapshots.find(isThere('pve1'))];
      expect(before!.timestamp < after!.timestamp).toBe(true);
      await open(`time-machine?a=${before!.timestamp}&b=${after!.timestamp}`);
      await page.waitForURL(({ searchParams }) => searchParams.get('at') === after!.timestamp);
      // The lens is about A and B, and not as wide as the day.
      const lens = page.getByRole('slider', { name: /^Part of the range/ });
      const middle = Number(await lens.getAttribute('aria-valuenow'));
      expect(Math.abs(middle - Date.parse(before!.timestamp))).toBeLessThan(3_600_000);
      const summary = page.getByRole('region', { name: 'What changed' });
      await summary
        .getByText(/304.*moved from pve3 to pve1/)
        .first()
        .click();
      const difference = page.getByRole('region', { name: 'Difference' });
      await difference.getByText('304').first().waitFor();
      await page.getByRole('button', { name: /^Show \d+ counters$/ }).click();
      await page.getByRole('button', { name: /^Hide \d+ counters$/ }).waitFor();

      await page.getByRole('button', { name: /^Swap/ }).click();
      await page.waitForURL(({ searchParams }) => searchParams.get('a') === after!.timestamp);
      await summary
        .getByText(/304.*moved from pve3 to pve1/)
        .first()
        .waitFor();
    }, explorer.asOwner));

  it("shows a reader's key what a reader may see", async () => {
    const keys = explorer.service.app.get(KeysService, { strict: false });
    const { secret } = await keys.createKey({ name: 'a tablet', role: 'reader' });
    await explorer.visit(async ({ page, open, logIn }) => {
      await open('now');
      await logIn(secret);
      await page.getByTitle('Logged in as a tablet (reader)').waitFor();
      await page.getByText('drive sdb was taken out after 214 write errors').first().click();
      await page.getByRole('button', { name: /^Around this/ }).waitFor();
      expect(await page.getByRole('button', { name: /^Resolve/ }).count()).toBe(0);
      await page.getByRole('link', { name: 'Keeping' }).click();
      await page.getByRole('heading', { level: 1, name: 'Keeping' }).waitFor();
      expect(await page.getByRole('button', { name: 'New key' }).count()).toBe(0);
    });
  });
});
