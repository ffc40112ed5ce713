import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { Target } from '../types.js';

/** A page of the explorer, and how one knows that it can be used: its rows are there, and it waits for none of its parts. */
export interface ExplorerPage {
  name: string;
  address: string;
  isUsable: string;
}

export const NOW: ExplorerPage = {
  name: 'Now',
  address: 'now',
  isUsable: `document.querySelector('.page.now .open-row') !== null
    && document.querySelector('.page .skeleton') === null`,
};
export const EVENTS: ExplorerPage = {
  name: 'Events',
  address: 'events',
  // What follows the last row that was loaded is more to come.
  isUsable: `document.querySelectorAll('.event-list [role=option]').length > 10
    && document.querySelector('.event-histogram [class^=fill-]') !== null
    && document.querySelector('.page .skeleton:not(.virtual-list *)') === null`,
};

/** A page that can be used. */
export interface Visit {
  page: Page;
  /** How long one waited for it. */
  openedMs: number;
  /** What it has loaded until then. */
  scripts: string[];
}

/** Relative to the compiled file, in `bench/.build/explorer/`. */
const CHROMIUM = new URL('../../../scripts/chromium.mjs', import.meta.url).href;
const COOKIE = 'jarvis_session_';
const DESK = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' };

/** A Chromium whose owner is logged in to one service. */
export class ExplorerBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly target: Target,
  ) {}

  static async start(target: Target): Promise<ExplorerBrowser> {
    const { launchChromium } = (await import(CHROMIUM)) as { launchChromium: () => Promise<Browser> };
    return new ExplorerBrowser(await launchChromium(), target);
  }

  get version(): string {
    return this.browser.version();
  }

  /** Opens a page in a browser that has never been there, waits until it can be used, and leaves it. */
  async visit<T>(of: ExplorerPage, look: (visit: Visit) => Promise<T>): Promise<T> {
    const context = await this.freshContext();
    try {
      const page = await context.newPage();
      const faults: string[] = [];
      const requests: Request[] = [];
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('request', (request) => requests.push(request));
      const begun = performance.now();
      await page.goto(`${this.target.url}/ui/${of.address}`, { waitUntil: 'commit' });
      await untilTrue(page, of.isUsable);
      const openedMs = performance.now() - begun;
      const seen = await look({ page, openedMs, scripts: scriptsOf(requests) });
      if (faults.length > 0) throw new Error(`${of.name}: ${faults.join(', ')}`);
      return seen;
    } finally {
      await context.close();
    }
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }

  private async freshContext(): Promise<BrowserContext> {
    const { url, headers } = this.target;
    const context = await this.browser.newContext(DESK);
    const value = (headers['authorization'] ?? '').replace('Bearer ', '');
    await context.addCookies([
      { name: COOKIE + new URL(url).port, value, url, httpOnly: true, sameSite: 'Strict' },
    ]);
    return context;
  }
}

const LONGEST_FRAMES = 3_600;

/** Looks in each frame. The policy of the page lets no text become a script, so that `waitForFunction` is none. */
export async function untilTrue(page: Page, condition: string): Promise<void> {
  const isTrue = await page.evaluate<boolean>(`new Promise((done) => {
    let frames = 0;
    const look = () => {
      if (${condition}) done(true);
      else if ((frames += 1) > ${LONGEST_FRAMES}) done(false);
      else requestAnimationFrame(look);
    };
    look();
  })`);
  if (!isTrue) throw new Error(`not within ${LONGEST_FRAMES} frames: ${condition}`);
}

function scriptsOf(requests: readonly Request[]): string[] {
  return requests.filter((request) => request.resourceType() === 'script').map((request) => request.url());
}
