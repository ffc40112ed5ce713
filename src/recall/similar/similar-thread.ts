// Looks for events like one in a thread: reading and comparing take processor time, and others must not wait for it.
import type { ThreadReader } from '../../database/programs.js';
import { findSimilar, type SimilarInput, type SimilarOutput } from './find-similar.js';

export function run(reader: ThreadReader, input: SimilarInput): Promise<SimilarOutput | null> {
  return findSimilar(reader, input);
}
