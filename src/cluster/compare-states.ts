import { JsonScanner } from '../json/scanner.js';
import { compareDocuments, parseLossless, PatchWriter, RawJson } from '../json-patch/index.js';
import { compareClusters } from './compare-clusters.js';
import type { ChangeLine } from './lines.js';
import { noiseLine, noiseLines } from './noise-lines.js';
import { readCluster } from './read-cluster.js';
import { structureLines } from './structure-lines.js';
import { isTooLarge } from './too-large.js';

/** What two states of different content are told apart by. */
export interface Comparison {
  readonly summary: readonly ChangeLine[];
  /** What only moved, in one line. */
  readonly noise: string | null;
  readonly patch: PatchWriter;
}

export interface CompareOptions {
  /** The most operations of the patch. */
  readonly limit: number;
  /** Whether the summary names what only moved. */
  readonly noise: boolean;
}

/** So many lines are told; of the others it is said how many they are. */
const MAX_LINES = 500;
/** So many operations say what changed in a document that is no state of a cluster. */
const TELLING_OPERATIONS = 1000;

/** Compares the JSON texts of two states. */
export function compareStates(before: string, after: string, { limit, noise }: CompareOptions): Comparison {
  if (isTooLarge(before) || isTooLarge(after)) return replaced(before, after);
  const [old, fresh] = [parseLossless(before), parseLossless(after)];
  const patch = compareDocuments(old, fresh, limit);
  const moved = patch.noiseOperations;
  return {
    summary: [...summaryOf(old, fresh, () => patch), ...(noise ? noiseLines(moved, fresh) : [])],
    noise: noiseLine(moved, patch.counts.noise),
    patch,
  };
}

/** What changed from one state to the next, in lines: none where it is noise. */
export function summarize(before: string, after: string): readonly ChangeLine[] {
  if (before === after) return [];
  if (isTooLarge(before) || isTooLarge(after)) return [REPLACED];
  const [old, fresh] = [parseLossless(before), parseLossless(after)];
  return summaryOf(old, fresh, () => compareDocuments(old, fresh, TELLING_OPERATIONS));
}

function summaryOf(before: unknown, after: unknown, patchOf: () => PatchWriter): ChangeLine[] {
  const [old, fresh] = [readCluster(before), readCluster(after)];
  const lines = old && fresh ? compareClusters(old, fresh) : structureLines(patchOf().tellingOperations);
  const more = lines.length - MAX_LINES;
  if (more <= 0) return lines;
  return [...lines.slice(0, MAX_LINES), { text: `${more} more changes`, kind: 'summary.cut', subject: '' }];
}

const REPLACED: ChangeLine = {
  text: 'the document was changed; it has too many values to say where',
  kind: 'structure.changed',
  subject: '',
};

function replaced(before: string, after: string): Comparison {
  const patch = new PatchWriter(1);
  if (before === after) return { summary: [], noise: null, patch };
  patch.write({ op: 'replace', path: '', value: new RawJson(isJson(after) ? after : JSON.stringify(after)) });
  return { summary: [REPLACED], noise: null, patch };
}

function isJson(text: string): boolean {
  try {
    return new JsonScanner(Buffer.from(text)).advance(Infinity);
  } catch {
    return false;
  }
}
