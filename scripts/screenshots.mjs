// `npm run screenshots [page …]`: every page of the explorer, or those that are named, from the demo; on a desk and on a
// phone, light and dark. `--url <address> --password <password>` takes a service that runs already.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { launchChromium } from './chromium.mjs';
import { freePort } from './free-port.mjs';
import { ensureBuilt, ensureInstalled, ROOT } from './workspace.mjs';

const FOLDER = join(ROOT, 'screenshots');
const SIZES = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};
const THEMES = ['light', 'dark'];
const DEMO_PASSWORD = 'only for the screenshots';
/** A stream stays open, so that the network is never idle; and at the end of a list there is always a skeleton. */
const SETTLE_MS = 2000;
/** The demo compares what it has imported in the background. */
const ASK_AGAIN_MS = 1000;

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** The address of each picture; some need to know what is in the memory. */
const PICTURES = {
  now: () => 'now',
  events: () => 'events',
  event: async (ask) => `events?id=${(await worst(ask)).id}`,
  timeline: () => 'timeline',
  'time-machine': async (ask) => {
    const at = Date.parse((await worst(ask)).timestamp);
    const [a, b] = [at - 20 * MINUTE, at + 25 * MINUTE].map((time) => new Date(time).toISOString());
    return `time-machine?a=${a}&b=${b}`;
  },
  conversation: async (ask) => {
    const { sessions } = await ask('memory/conversations?limit=50');
    const { sessionId } = sessions.find((one) => one.sessionId.endsWith('review-of-the-night'));
    return `conversations?session=${sessionId}`;
  },
  conversations: () => 'conversations',
  search: () => 'search?q=disk%20full',
  preferences: () => 'preferences?key=alerts.disk.warning_percent',
  keeping: () => 'keeping',
};

/** The one that the night turns around. */
async function worst(ask) {
  const { events } = await ask('memory/events?severity=critical&node=pve2&limit=5');
  return events.find(({ summary }) => /^Backup of 204/.test(summary));
}

async function startDemo() {
  ensureInstalled();
  ensureBuilt();
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [join(ROOT, 'dist/demo/main.js')], {
    env: { ...process.env, PORT: new URL(url).port, JARVIS_PASSWORD: DEMO_PASSWORD, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => String(text).includes('Ctrl-C') && resolve());
    child.once('exit', () => reject(new Error('The demo did not start.')));
  });
  return { url, password: DEMO_PASSWORD, stop: () => child.kill('SIGINT') };
}

async function logIn(page, { url, password }) {
  await page.goto(`${url}/ui/`);
  await page.locator('input[name=credential]').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation').first().waitFor();
}

async function settle(page) {
  // On a phone the page of a conversation begins with the heading of the conversation.
  await page.locator('h1:visible, h2:visible').first().waitFor();
  await sleep(SETTLE_MS);
}

async function untilCompared(ask) {
  const oldest = `memory/timeline?kind=snapshot&limit=1&since=${new Date(Date.now() - 2 * DAY).toISOString()}`;
  while ((await ask(oldest)).uncomparedSince !== null) await sleep(ASK_AGAIN_MS);
}

async function take(context, service, size, theme, wanted) {
  const page = await context.newPage();
  await logIn(page, service);
  const ask = async (path) => (await page.request.get(`${service.url}/api/${path}`)).json();
  await untilCompared(ask);
  for (const name of wanted) {
    const file = join(FOLDER, `${name}-${size}-${theme}.png`);
    try {
      await page.goto(`${service.url}/ui/${await PICTURES[name](ask)}`);
      await settle(page);
    } catch (error) {
      console.error(`${name}: ${error.message.split('\n')[0]}`);
    }
    await page.screenshot({ path: file });
    console.log(file);
  }
}

const { values, positionals } = parseArgs({
  options: { url: { type: 'string' }, password: { type: 'string', default: DEMO_PASSWORD } },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? positionals : Object.keys(PICTURES);
const unknown = wanted.filter((name) => !(name in PICTURES));
if (unknown.length > 0)
  throw new Error(`Unknown: ${unknown.join(', ')}. There are ${Object.keys(PICTURES).join(', ')}.`);
mkdirSync(FOLDER, { recursive: true });
const service = values.url ? { ...values, stop: () => undefined } : await startDemo();
const browser = await launchChromium();
try {
  for (const [size, options] of Object.entries(SIZES))
    for (const theme of THEMES) {
      // The zone of this machine, in which the demo tells its times.
      const context = await browser.newContext({ locale: 'en-GB', ...options, colorScheme: theme });
      await take(context, service, size, theme, wanted);
      await context.close();
    }
} finally {
  await browser.close();
  service.stop();
}
