// Before the tests: the threads that they start run from the build, which has to be that of the sources.
import { isBuilt } from './workspace.mjs';

export default function requireBuild() {
  if (!isBuilt())
    throw new Error(
      'The build is missing or older than the sources: run `npm run build` first (`npm test` does).',
    );
}
