// A Chromium for the browser tests, the screenshots and the benchmark.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The first Chromium in the folders of PATH; undefined where there is none. */
export function chromiumOnPath(path = process.env.PATH ?? '') {
  return path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable);
}

/**
 * Starts the Chromium of this machine; where it has none, the one that comes as a package. That one gets none of the
 * arguments of its package: they switch off what is tested here, such as the same-origin policy.
 */
export async function launchChromium(found = chromiumOnPath()) {
  return chromium.launch({ executablePath: found ?? (await packagedChromium()) });
}

async function packagedChromium() {
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
