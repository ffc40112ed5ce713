import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { contentOf, type Content } from '../http/constant-bytes.js';

/** The encodings in which the build leaves files beside them, the shortest first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;
type Encoding = (typeof ENCODINGS)[number]['name'];

const START = 'index.html';
/** A file here has a hash of its content in its name. */
const HASHED = 'assets/';
/** Read by nobody but a developer's tools, and larger than all others. */
const UNSERVED = /\.(?:map|br|gz)$/;
/** A page has an address of one segment, which is no name of a file: `now`. Relative links lead everywhere from there. */
const PAGE = /^[^/.]*$/;

/** A file of the explorer, plain and compressed. */
export interface PageFile {
  readonly name: string;
  /** Whether the content under this name never changes. */
  readonly isHashed: boolean;
  readonly plain: Content;
  readonly encoded: readonly (readonly [encoding: Encoding, content: Content])[];
}

/**
 * The files of the explorer, read once at the start: what is sent belongs together also where the folder is built anew, and
 * a request opens no file.
 */
export class PageFiles {
  private readonly files = new Map<string, PageFile>();

  /** @param folder may be missing, or empty, where the explorer was not built. */
  constructor(folder: string) {
    const names = new Set(namesIn(folder));
    for (const name of names) {
      if (!UNSERVED.test(name)) this.files.set(name, readFile(folder, name, names));
    }
  }

  get isBuilt(): boolean {
    return this.files.has(START);
  }

  /** The file at an address, which is the same for all pages. */
  find(address: string): PageFile | undefined {
    return this.files.get(PAGE.test(address) ? START : address);
  }
}

function readFile(folder: string, name: string, names: ReadonlySet<string>): PageFile {
  const read = (suffix = ''): Content => contentOf(readFileSync(join(folder, name + suffix)));
  const encoded = ENCODINGS.filter(({ suffix }) => names.has(name + suffix)).map(
    (encoding) => [encoding.name, read(encoding.suffix)] as const,
  );
  return { name, isHashed: name.startsWith(HASHED), plain: read(), encoded };
}

/** The names of all files below, with `/` between folders. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'));
  } catch {
    return [];
  }
}
