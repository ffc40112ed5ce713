// `npm start` and `npm run demo`: install and build if needed, then start. A fresh clone needs only Node and npm.
import { ensureBuilt, ensureInstalled } from './workspace.mjs';

const programs = { service: '../dist/src/main.js', demo: '../dist/demo/main.js' };

ensureInstalled();
ensureBuilt();
await import(programs[process.argv[2] ?? 'service']);
