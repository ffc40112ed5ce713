import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const FENCED = /^```[\s\S]*?^```/gm;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const HEADING = /^#{1,6} +(.*)$/gm;
/** Whatever stands in code marks and looks like a file or folder below another. */
const PATH = /`([\w-]+\/(?:[\w.-]+\/)*(?:[\w.-]+\.(?:ts|mjs))?)`/g;
const MOST_LINES_OF_README = 250;

const documentsIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
/** Those of the project as a whole. */
const pages = ['', 'docs'].flatMap(documentsIn);
const documents = [...pages, ...['bench', 'examples/monitor'].flatMap(documentsIn)];

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const prose = (name: string): string => read(name).replace(FENCED, '');
const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, part]) => part!);

/** The anchors that GitHub gives to the headings of a document. */
function anchorsOf(name: string): Set<string> {
  const anchors = new Set<string>();
  for (const heading of found(prose(name), HEADING)) {
    const words = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
    anchors.add(words.trim().replace(/\s/g, '-'));
  }
  return anchors;
}

/** Whether a link leads nowhere; those to other sites are not followed. */
function isBroken(name: string, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return false;
  const [path, anchor] = link.split('#', 2);
  const target = path ? relative(ROOT, join(ROOT, dirname(name), path)) : name;
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(target).has(anchor);
}

describe('The documents', () => {
  it('link to files and headings that exist', () => {
    const broken = documents.flatMap((name) =>
      found(prose(name), LINK)
        .filter((link) => isBroken(name, link))
        .map((link) => `${name}: ${link}`),
    );
    expect(broken).toEqual([]);
    expect(isBroken('README.md', 'docs/00-tour.md#no-such-heading')).toBe(true);
    expect(isBroken('docs/00-tour.md', 'README.md')).toBe(true);
  });

  it('name files and folders that exist, from the root of the project or from `src/`', () => {
    const missing = pages.flatMap((name) =>
      found(prose(name), PATH)
        .filter((path) => ![ROOT, join(ROOT, 'src')].some((base) => existsSync(join(base, path))))
        .map((path) => `${name}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('are all reached from the README, which is short', () => {
    const linked = found(read('README.md'), LINK).map((link) => link.split('#')[0]);
    expect(pages.filter((name) => name !== 'README.md' && !linked.includes(name))).toEqual([]);
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(MOST_LINES_OF_README);
  });

  it('lead through the code by the full names of its files', () => {
    const files = found(read('docs/00-tour.md'), /`([\w./-]+\.ts)`/g);
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((path) => !path.startsWith('src/') || !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
