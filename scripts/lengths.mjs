// `npm run lint`, its second half: prints how long the files and functions of src are, without specs, and fails where
// the 95th percentile of functions is past 22 lines. The most that any may have is a rule of ESLint.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './workspace.mjs';

const MAX_P95_FUNCTION_LINES = 22;

const files = readdirSync(join(ROOT, 'src'), { recursive: true })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'));

/** @param {string} text @returns {number[]} the lines of each function that has a body of statements. */
function functionLines(text) {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  const lengths = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body && ts.isBlock(node.body)) {
      lengths.push(lineOf(node.end) - lineOf(node.getStart(source)) + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lengths;
}

function describe(what, lengths) {
  const sorted = lengths.sort((one, other) => one - other);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1];
  console.log(`${sorted.length} ${what}: p95 ${p95} lines, longest ${sorted.at(-1)}`);
  return p95;
}

describe(
  'files',
  files.map((text) => text.trimEnd().split('\n').length),
);
const p95 = describe('functions', files.flatMap(functionLines));
process.exit(p95 > MAX_P95_FUNCTION_LINES ? 1 : 0);
