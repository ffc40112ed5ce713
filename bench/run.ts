import type { LoadResult, LoadTask } from './load/load-task.js';
import type { Context } from './figures/context.js';
import { measureExplorer } from './figures/explorer.js';
import { measureHostile } from './figures/hostile.js';
import { measureHttp } from './figures/http.js';
import { measureInProcess } from './figures/in-process.js';
import { measureLargeFile } from './figures/large-file.js';
import { measureLargeSnapshot } from './figures/large-snapshot.js';
import { measureMoves } from './figures/moves.js';
import { measurePostgres } from './figures/postgres.js';
import { measureRecall } from './figures/recall.js';
import { measureScale } from './figures/scale.js';
import { measureScalePostgres } from './figures/scale-postgres.js';
import { measureSnapshots } from './figures/snapshots.js';
import { measureMemory } from './figures/soak.js';
import { measureStall } from './figures/stall.js';
import { measureStreamMemory } from './figures/stream-memory.js';
import { measureStreams } from './figures/streams.js';
import { readOptions, type Options } from './options.js';
import { cleanUpOnExit, temporaryFolder } from './processes/cleanup.js';
import { isOtherNode, runOnNode } from './processes/other-node.js';
import { setBefore } from './processes/server.js';
import { Worker } from './processes/worker.js';
import { Progress } from './progress.js';
import { formatReport, lastReport, makeReport, saveReport, type Report } from './report/report.js';
import type { Figure } from './types.js';

const GROUPS = [
  measureHttp,
  measureInProcess,
  measureLargeFile,
  measurePostgres,
  measureRecall,
  measureScale,
  measureScalePostgres,
  measureSnapshots,
  measureLargeSnapshot,
  measureMoves,
  measureStreams,
  measureStreamMemory,
  measureExplorer,
  measureStall,
  measureHostile,
  measureMemory,
];

async function measureAll(options: Options): Promise<Report> {
  const startedAt = performance.now();
  const progress = new Progress();
  const load = new Worker<LoadTask, LoadResult>('load/generator.js');
  const context: Context = { options, progress, load, folder: temporaryFolder(), tables: [] };
  const figures: Figure[] = [];
  const failures: string[] = [];
  for (const group of GROUPS) {
    try {
      figures.push(...(await group(context)));
    } catch (error) {
      // What the other groups measured still counts.
      progress.end();
      const failure = `${group.name}: ${messageOf(error)}`;
      progress.note(`FAILED ${failure}`);
      failures.push(failure);
    }
  }
  load.stop();
  if (figures.length + failures.length === 0) throw new Error(`No figure has "${options.only}" in its name.`);
  const measured = { figures, failures, tables: context.tables };
  return makeReport(measured, options, (performance.now() - startedAt) / 1000);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

cleanUpOnExit();
try {
  const options = readOptions();
  if (isOtherNode(options.node)) process.exit(runOnNode(options.node, process.argv.slice(2)));
  if (options.against) setBefore(options.against);
  const report = options.last ? lastReport() : await measureAll(options);
  if (!options.last) saveReport(report);
  process.stdout.write(`\n${formatReport(report, options.markdown)}\n`);
  process.exit(report.problems.length > 0 ? 1 : 0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
