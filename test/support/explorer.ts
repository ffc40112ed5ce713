import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseTarget, readEnvironment } from '../../src/config/index.js';
import { fill } from '../../demo/fill.js';
import { furnish } from '../../demo/furnish.js';
import { makeHomelabMemory, type HomelabMemory } from '../../demo/homelab-day.js';
import type { BrowserContextOptions } from 'playwright-core';
import { startBrowser, type BrowserSuite } from './browser.js';
import { PASSWORD, startService, temporaryFolder, type TestService } from './service.js';

/** The service with the memory of the demo, and a browser for it. */
export interface ExplorerSuite extends BrowserSuite {
  readonly service: TestService;
  readonly memory: HomelabMemory;
  /** For a visit of the owner, who has logged in before. */
  readonly asOwner: BrowserContextOptions;
  /** Saves by the API, and answers with its answer. */
  readonly save: (path: string, body: object) => Promise<Answer>;
}

/** The body of an answer, which the document describes. */
type Answer = Readonly<Record<'event' | 'message' | 'snapshot', { readonly id: number }>>;

/** An event that asks for somebody. */
export const alert = (more: object): object => ({
  ...{ type: 'alert', severity: 'warning', source: 'monitor' },
  ...more,
});

/** @param environment of the service. */
export async function startExplorer(environment: Record<string, string> = {}): Promise<ExplorerSuite> {
  const folder = await temporaryFolder();
  const memory = makeHomelabMemory(1, new Date());
  const settings = readEnvironment({ DB_PATH: join(folder, 'jarvis.db'), JARVIS_PASSWORD: PASSWORD });
  await fill(databaseTarget(settings), memory);
  const service = await startService({ folder, environment });
  await furnish(service.app);
  const browser = await startBrowser(service.url);
  const asOwner = { storageState: await cookiesOf(browser, service.url) };
  return {
    ...browser,
    service,
    memory,
    asOwner,
    save: async (path, body) => (await service.call('post', path).send(body).expect(201)).body as Answer,
    close: async () => {
      await browser.close();
      await service.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function cookiesOf(
  { browser }: BrowserSuite,
  url: string,
): Promise<BrowserContextOptions['storageState']> {
  const context = await browser.newContext();
  await context.request.post(`${url}/api/auth/session`, { data: { password: PASSWORD } });
  const state = await context.storageState();
  await context.close();
  return state;
}
