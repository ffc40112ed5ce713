import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { fuzz } from './run.js';

const MAX_SEED = 0x7fffffff;
const MIN_ACCEPTED_SHARE = 0.3;

/**
 * `npm run fuzz -- --requests 20000 --seed 7`: exits with 1 where anything is found. `--all` goes on after a finding.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    all: { type: 'boolean' },
  },
});
const requests = Number(values.requests);
const seed = Number(values.seed ?? randomInt(MAX_SEED));
const begun = Date.now();
process.stdout.write(`Fuzzing the built program with ${requests} requests, seed ${seed}.\n`);

let shown = 0;
const report = await fuzz({
  requests,
  seed,
  goesOn: values.all === true,
  onProgress: (sent) => {
    if (sent < shown + 1000) return;
    shown = sent - (sent % 1000);
    process.stdout.write(`  ${shown} sent after ${((Date.now() - begun) / 1000).toFixed(0)} s\n`);
  },
});

const findings = [
  ...report.findings,
  ...report.neverTaken.map((operation) => `${operation}: never answered with 2xx`),
  ...(report.acceptedShare < MIN_ACCEPTED_SHARE ? ['too few requests were answered with 2xx'] : []),
];
process.stdout.write(
  [
    '',
    report.table,
    `${report.acknowledgedRows} rows acknowledged and kept, ${report.rowsReadBack} read back`,
    ...(findings.length > 0 ? findings : ['nothing found']),
    `seed ${seed}, ${((Date.now() - begun) / 1000).toFixed(0)} s`,
    '',
  ].join('\n\n'),
);
process.exitCode = findings.length > 0 ? 1 : 0;
