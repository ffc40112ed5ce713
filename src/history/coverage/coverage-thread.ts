// Reads coverage in a thread, for answers that are not made in one themselves.
import type { ThreadReader } from '../../database/programs.js';
import { readCoverage, type Coverage, type CoverageInput } from './read-coverage.js';

export function run(reader: ThreadReader, input: CoverageInput): Promise<Coverage> {
  return readCoverage(reader, input);
}
