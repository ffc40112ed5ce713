import type { ComponentType } from 'preact';
import { answerOf, api } from '../api/client.js';
import { Problem } from '../api/problems.js';
import type { Page } from '../state/address.js';
import { PAGE_ENTRIES } from './pages.js';

const failed = new Set<Page>();

/**
 * The code of a page. Where it does not arrive a second time although the service answers, the explorer is loaded anew:
 * a browser may keep in mind that a module failed, and the service may be another version by now, with other files.
 * @throws Problem `unreachable` where the service does not answer.
 */
export async function codeOf(page: Page): Promise<ComponentType> {
  const isAgain = failed.has(page);
  const code = await load(page);
  if (code) return code;
  await answerOf(api.GET('/api/health/live'));
  if (isAgain) location.reload();
  throw new Problem('The service answers, but the code of the page did not arrive.', 0, 'code_missing');
}

/** Loads the code of a page before it is asked for. Where it does not arrive nothing is lost: it is loaded then. */
export async function preload(page: Page): Promise<void> {
  await load(page);
}

async function load(page: Page): Promise<ComponentType | undefined> {
  try {
    return (await PAGE_ENTRIES[page].load()).default;
  } catch {
    failed.add(page);
    return undefined;
  }
}
