// `npm run fuzz -- --requests 20000 --seed 7`: requests made from the OpenAPI document, against the built program.
import { ensureBuilt, ensureInstalled, run } from './workspace.mjs';

const PROGRAM = '../coverage/fuzz/test/support/fuzz/main.js';

ensureInstalled();
ensureBuilt();
const status = run(process.execPath, [
  'node_modules/typescript/bin/tsc',
  '-p',
  'test/support/fuzz/tsconfig.json',
]);
if (status !== 0) process.exit(status);
await import(PROGRAM);
