// `node scripts/on-node.mjs 24 result.json copy.json npm run bench`: runs a command on another Node, in a copy of the
// project. The result file is copied back under the second name.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { runOnNode } from './other-node.mjs';
import { ROOT } from './workspace.mjs';

const [version, from, to, ...command] = process.argv.slice(2);
const { status, copy } = runOnNode(version, command);
cpSync(join(copy, from), join(ROOT, to), { force: true });
process.exit(status);
