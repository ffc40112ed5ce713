import { compareDocuments, parseLossless, type PatchWriter } from '../json-patch/index.js';
import type { Cluster } from './cluster.js';
import { compareClusters } from './compare-clusters.js';
import type { ChangeLine } from './lines.js';
import { noiseLine, noiseLines } from './noise-lines.js';
import { readCluster } from './read-cluster.js';
import { structureLines } from './structure-lines.js';

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

/** Compares the JSON texts of two states. */
export function compareStates(before: string, after: string, { limit, noise }: CompareOptions): Comparison {
  const document = parseLossless(after);
  const patch = compareDocuments(parseLossless(before), document, limit);
  const moved = patch.noiseOperations;
  return {
    summary: [...summaryOf(before, after, () => patch), ...(noise ? noiseLines(moved, document) : [])],
    noise: noiseLine(moved, patch.counts.noise),
    patch,
  };
}

/** So many operations say what changed in a document that is no state of a cluster. */
const TELLING_OPERATIONS = 1000;

/** What changed from one state to the next, in lines: none where it is noise. */
export function summarize(before: string, after: string): ChangeLine[] {
  if (before === after) return [];
  return summaryOf(before, after, () =>
    compareDocuments(parseLossless(before), parseLossless(after), TELLING_OPERATIONS),
  );
}

function summaryOf(before: string, after: string, patchOf: () => PatchWriter): ChangeLine[] {
  const [old, fresh] = [clusterOf(before), clusterOf(after)];
  return old && fresh ? compareClusters(old, fresh) : structureLines(patchOf().tellingOperations);
}

/** The cluster in the text of a snapshot; `undefined` where it has none, or is no JSON. */
export function clusterOf(text: string): Cluster | undefined {
  try {
    return readCluster(JSON.parse(text));
  } catch {
    return undefined;
  }
}
