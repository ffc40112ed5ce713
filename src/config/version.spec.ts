import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { VERSION } from './version.js';

it('The version is the one of the package', () => {
  const manifest = new URL('../../package.json', import.meta.url);
  expect(VERSION).toBe((JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version);
});
