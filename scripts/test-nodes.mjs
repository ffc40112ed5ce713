// `npm run test:nodes`: runs the fast tests on every supported Node.
import { runOnNode } from './other-node.mjs';

const NODES = ['20.19', '22', '24'];

const failed = NODES.filter((version) => {
  console.log(`\n══ Node ${version}`);
  return runOnNode(version, ['npm', 'test']).status !== 0;
});
if (failed.length > 0) console.log(`\nFailed on Node ${failed.join(', ')}`);
console.log(`\n${NODES.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
