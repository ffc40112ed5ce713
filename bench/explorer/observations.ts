import type { Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../statistics.js';
import type { Target } from '../types.js';
import { untilTrue } from './browser.js';
import { save } from './last-day.js';

/** The name of an event that is waited for. */
const MARK = 'heard by the page ';
/** Sooner, and the page would still wait for more of the last one. */
const REST_MS = 600;
const STEP_MS = 37;
const WITHIN_MS = 200;

/** When each of the marked events was drawn: in the frame that shows it. */
const LISTEN = `globalThis.heard = {};
  new MutationObserver(() => {
    for (const [, at] of document.querySelector('.page').textContent.matchAll(/${MARK}(\\d+)\\./g))
      if (!(at in heard)) { heard[at] = null; requestAnimationFrame(() => (heard[at] = Date.now())); }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });`;

/**
 * Saves events one after the other, at a pace that has nothing to do with that of the stream, and resolves each once it is
 * seen: one that is open is the worst of all.
 * @returns from before the POST of each until it stood on the page, in milliseconds, ascending.
 */
export async function hearEvents(page: Page, target: Target, count: number): Promise<number[]> {
  await page.evaluate(LISTEN);
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const summary = `${MARK}${at}.`;
    const event = { type: 'alert', severity: 'critical', source: 'monitor', node: `pve${at % 5}`, summary };
    const begun = Date.now();
    const { id } = await save(target, 'events', JSON.stringify(event));
    await untilTrue(page, `Boolean(heard[${at}])`);
    times.push((await page.evaluate<number>(`heard[${at}]`)) - begun);
    await save(target, `events/${id}/resolve`, '{"resolvedBy":"user"}');
    await sleep(REST_MS + ((at * STEP_MS) % WITHIN_MS));
  }
  return times.sort((one, other) => one - other);
}

export interface Frames {
  count: number;
  p95: number;
  longest: number;
}

/** A fast wheel, which goes on while the next rows are loaded. */
const SCROLL = `new Promise((done, fail) => {
  const list = document.querySelector('.virtual-list');
  const frames = [];
  let last = performance.now();
  const step = (now) => {
    frames.push(now - last);
    last = now;
    list.scrollTop += 240;
    const rows = Number(list.querySelector('[role=option]')?.ariaSetSize);
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
    if (isAtEnd && list.querySelector('.skeleton') === null) done({ frames, rows });
    else if (frames.length > 10_000) fail(new Error('the end of the list did not come'));
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

/** How long frames take while one scrolls through so many rows, from the top. */
export async function scrollThrough(page: Page, rows: number): Promise<Frames> {
  const seen = await page.evaluate<{ frames: number[]; rows: number }>(SCROLL);
  if (seen.rows < rows) throw new Error(`scrolled through ${seen.rows} rows, not ${rows}`);
  const sorted = seen.frames.sort((one, other) => one - other);
  return { count: sorted.length, p95: percentile(sorted, 0.95), longest: sorted.at(-1) ?? NaN };
}

/** As they are sent with gzip; those that are too small to gain by it are sent as they are. */
export async function gzippedBytes(urls: readonly string[]): Promise<number> {
  const sizes = urls.map(async (url) => {
    const response = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    await response.arrayBuffer();
    const length = Number(response.headers.get('content-length') ?? NaN);
    if (!response.ok || Number.isNaN(length)) throw new Error(`${url} answered ${response.status}`);
    return length;
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}
