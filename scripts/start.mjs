// `npm start` and `npm run demo`: from a fresh clone to a running service with nothing but Node and npm.
import { ensureBuilt, ensureInstalled } from './workspace.mjs';

const programs = { service: '../dist/src/main.js', demo: '../dist/demo/main.js' };

ensureInstalled();
ensureBuilt();
await import(programs[process.argv[2] ?? 'service']);
