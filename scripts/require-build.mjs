// Jest's global setup: worker threads run from the build, which must not be older than the sources.
import { isBuilt } from './workspace.mjs';

export default function requireBuild() {
  if (!isBuilt())
    throw new Error(
      'The build is missing or older than the sources: run `npm run build` first (`npm test` does).',
    );
}
