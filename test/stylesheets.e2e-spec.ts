import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const WEB = join(import.meta.dirname, '../web');
const COMMENT = /\/\*[\s\S]*?\*\//g;
const SELECTORS = /([^{}]+)\{/g;
/** A class on which a rule begins that names nothing else: it holds wherever the class is. */
const OF_ONE_CLASS = /^\.([\w-]+)(?=[\s>:[]|$)/;
const CLASSES = /\bclass="([^"]+)"/g;

/** A class, and the folder in which it is used or has a rule. */
type Place = readonly [name: string, folder: string];

const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' });
const textOf = (file: string): string => readFileSync(join(WEB, file), 'utf8');

const rules = files
  .filter((name) => name.endsWith('.css'))
  .flatMap((file): Place[] =>
    [...textOf(file).replace(COMMENT, '').matchAll(SELECTORS)]
      .flatMap(([, selectors = '']) => selectors.split(','))
      .flatMap((selector) => OF_ONE_CLASS.exec(selector.trim())?.[1] ?? [])
      .map((name) => [name, dirname(file)]),
  );

const uses = files
  .filter((name) => name.endsWith('.tsx'))
  .flatMap((file): Place[] =>
    [...textOf(file).matchAll(CLASSES)]
      .flatMap(([, names = '']) => names.split(' '))
      .map((name) => [name, dirname(file)]),
  );

describe('The stylesheets of the pages, which are one file in the end,', () => {
  it('have no rule for a class that another page has as well', () => {
    const ofPages = rules.filter(([, folder]) => folder.startsWith('pages'));
    expect(ofPages.length).toBeGreaterThan(100);
    const shared = ofPages.flatMap(([name, owner]) =>
      [...rules, ...uses]
        .filter(([other, folder]) => other === name && folder !== owner)
        .map(([, folder]) => `.${name} of ${owner} in ${folder}`),
    );
    expect([...new Set(shared)]).toEqual([]);
  });
});
