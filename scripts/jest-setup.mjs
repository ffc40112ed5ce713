// Jest's global setup, once before all test files.
import { offerDatabases } from '../test/support/postgres/shared.mjs';
import { isBuilt } from './workspace.mjs';

export default async function setUp() {
  requireBuild();
  await offerDatabases();
}

/** Worker threads run from the build, which must not be older than the sources. */
function requireBuild() {
  if (!isBuilt())
    throw new Error(
      'The build is missing or older than the sources: run `npm run build` first (`npm test` does).',
    );
}
