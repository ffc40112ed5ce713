/** Coverage for services; what runs in a thread imports `read-coverage.ts` itself. */
import { programUrl, type ThreadProgram } from '../../database/index.js';
import type { Coverage, CoverageInput } from './read-coverage.js';

export { CoverageDto, GapDto } from './coverage.response.js';
export type { Coverage, CoverageInput, Gap } from './read-coverage.js';
export type { Watch } from './read-times.js';

export const COVERAGE: ThreadProgram<CoverageInput, Coverage> = {
  url: programUrl(import.meta.url, './coverage-thread.js'),
};
