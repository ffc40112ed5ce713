import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
  Request,
  Response,
} from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';

/** A page in a context of its own, and all that went wrong in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the console and of scripts, reports of the content security policy, requests that failed. */
  readonly faults: readonly string[];
  /** What is expected to go wrong from now on, such as `POST /api/auth/session 403`; the rest still counts. */
  readonly expectFault: (pattern: RegExp) => void;
  /** Opens a page of the explorer, such as `events?severity=error`, and waits until its head is there. */
  readonly open: (address: string) => Promise<void>;
  /** Waits until the page asks for nothing more, and draws nothing more. */
  readonly settle: () => Promise<void>;
  /** Fills in the form and waits for the page behind it. */
  readonly logIn: (credential: string) => Promise<void>;
}

/** One browser for all tests of a suite, and a context for each test. */
export interface BrowserSuite {
  readonly browser: Browser;
  /** Runs a test in a context of its own. @throws Error where anything went wrong that was not expected. */
  readonly visit: (test: (visit: Visit) => Promise<void>, options?: BrowserContextOptions) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Who is not logged in asks whether he is. */
const ALWAYS_EXPECTED = [/^GET \S*\/api\/auth\/session 401$/];
/** Told once more, by its status, as a request that failed. */
const IS_ABOUT_A_REQUEST = /^Failed to load resource/;
/** A page that goes away takes its requests and streams with it. */
const IS_NO_FAILURE = /net::ERR_ABORTED/;
/** Without a language a machine without one gives `en-US@posix`, which is none to `Intl`. */
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' };
const TIMEOUT_MS = 30_000;
/** Pages run so many times slower than they could, which shows what a test takes for granted (docs/07-tests.md). */
const SLOWDOWN = Number(process.env['TEST_BROWSER_SLOWDOWN'] ?? 1);
/** Longer than a page waits between an answer and what it asks for next, or draws of it. */
const QUIET_MS = 400;
/** What is drawn again and again, such as a length of time, does not keep a page from being settled. */
const NOISY_MS = 3000;
const REPORT = 'reportPolicyViolation';

/** @param url of the service, without a slash at the end. */
export async function startBrowser(url: string): Promise<BrowserSuite> {
  const browser = await launchChromium();
  return {
    browser,
    visit: async (test, options) => {
      const context = await browser.newContext({ ...DESK, ...options });
      context.setDefaultTimeout(TIMEOUT_MS);
      try {
        const visit = await watchedVisit(context, url);
        await test(visit);
        if (visit.faults.length > 0) throw new Error(`In the browser:\n${visit.faults.join('\n')}`);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

async function watchedVisit(context: BrowserContext, url: string): Promise<Visit> {
  const expected = [...ALWAYS_EXPECTED];
  const faults: string[] = [];
  const note = (fault: string): void => {
    if (!expected.some((pattern) => pattern.test(fault))) faults.push(fault);
  };
  await watch(context, note);
  const settled = watchWork(context);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  return {
    page,
    context,
    faults,
    expectFault: (pattern) => expected.push(pattern),
    open: async (address) => {
      await page.goto(`${url}/ui/${address}`);
      await page.locator('h1:visible, h2:visible').first().waitFor();
    },
    settle: () => settled(page),
    logIn: async (credential) => {
      await page.locator('input[name=credential]').fill(credential);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('navigation').first().waitFor();
    },
  };
}

/** Resolves once nothing of the page has changed for a while. */
const IS_STILL = `new Promise((resolve) => {
  const end = () => { observer.disconnect(); resolve(); };
  let timer = setTimeout(end, ${QUIET_MS});
  const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, ${QUIET_MS}); });
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  setTimeout(end, ${NOISY_MS});
})`;

/** @returns what waits until no request but a stream is under way, and the page is still. */
function watchWork(context: BrowserContext): (page: Page) => Promise<void> {
  const underWay = new Set<Request>();
  context.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') underWay.add(request);
  });
  const end = (request: Request): void => void underWay.delete(request);
  context.on('requestfinished', end);
  context.on('requestfailed', end);
  return async (page) => {
    do await page.evaluate(IS_STILL);
    while (underWay.size > 0);
  };
}

async function watch(context: BrowserContext, note: (fault: string) => void): Promise<void> {
  context.on('console', (message) => {
    if (message.type() === 'error' && !IS_ABOUT_A_REQUEST.test(message.text()))
      note(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => {
    note(`script: ${error.error().stack ?? error.error().message}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (!IS_NO_FAILURE.test(reason)) note(`${request.method()} ${pathOf(request.url())} ${reason}`);
  });
  context.on('response', (response: Response) => {
    if (response.status() < 400) return;
    note(`${response.request().method()} ${pathOf(response.url())} ${response.status()}`);
  });
  await context.exposeFunction(REPORT, (report: string) => {
    note(`policy: ${report}`);
  });
  await context.addInitScript({
    content: `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
      globalThis.${REPORT}([violatedDirective, blockedURI, sourceFile].join(' ')))`,
  });
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
