import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeysService } from '../src/auth/index.js';
import { startExplorer, type ExplorerSuite } from './support/explorer.js';
import { PASSWORD } from './support/service.js';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
];

describe('The explorer in a browser', () => {
  let explorer: ExplorerSuite;

  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer.close());

  it('comes with its policy', async () => {
    const { headers } = await fetch(`${explorer.service.url}/ui/events`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(
      policy
        .split(';')
        .map((part) => part.trim())
        .sort(),
    ).toEqual([...POLICY].sort());
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

  it("shows a reader's key what a reader may see", async () => {
    const keys = explorer.service.app.get(KeysService, { strict: false });
    const { secret } = await keys.createKey({ name: 'a tablet', role: 'reader' });
    await explorer.visit(async ({ page, open, logIn }) => {
      await open('now');
      await logIn(secret);
      await page.getByTitle('Logged in as a tablet (reader)').waitFor();
    });
  });
});
