import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilIndexed } from '../data/indexed.js';
import { startPostgres } from '../data/postgres.js';
import { Server } from '../processes/server.js';
import { makeHistory, type History } from '../recall/history.js';
import { examine, mean, METRICS, type Mark, type Metric } from '../recall/scores.js';
import { postgresSeeker } from '../recall/postgres-seeker.js';
import type { Seeker } from '../recall/seekers.js';
import { FilledService } from '../recall/service-seeker.js';
import { OR_AND_STEMS, sqliteSeekers } from '../recall/sqlite-seekers.js';
import { answerable, recallTables } from '../recall/tables.js';
import type { Figure, Sample } from '../types.js';
import { wanted, type Context } from './context.js';

export const RECALL = 'Recall of a year';
const OURS = 'ours';
const OURS_POSTGRES = 'ours, PostgreSQL';
const MISSES = new URL('../../results/recall-misses.json', import.meta.url);

/** How much of what was asked for is among the first rows that a search finds, in a made-up year of a homelab. */
export async function measureRecall({ options, progress, tables, folder }: Context): Promise<Figure[]> {
  if (!wanted(options, RECALL)) return [];
  const history = makeHistory();
  const marks = new Map<string, Mark[]>();
  const problems: string[] = [];
  const add = async (seekers: Seeker[]) => {
    for (const seeker of seekers) marks.set(seeker.name, await examine(seeker, history.questions));
  };
  progress.note(`Asking ${history.questions.length} questions about ${history.rows.length} rows`);
  await add(sqliteSeekers(history.rows));
  const attempt = async (name: string, work: () => Promise<void>) => {
    await work().catch((error: unknown) => problems.push(`${name}: ${String(error)}`));
  };
  await attempt(OURS, () =>
    withService(join(folder, 'recall.db'), history, (service) =>
      add([service.seeker(OURS), service.seeker('ours, unfolded', '&fold=false')]),
    ),
  );
  await attempt(OURS_POSTGRES, async () => {
    // A server of its own takes half of the time that a quick run has.
    if (options.quick && options.only === '') return;
    const postgres = await startPostgres();
    await add([await postgresSeeker(await postgres.createDatabase(), history.rows)]);
    const { url } = await postgres.createDatabase();
    await withService(url, history, (service) => add([service.seeker(OURS_POSTGRES)]));
    await postgres.destroy();
  });
  tables.push(...recallTables(marks));
  saveMisses(marks.get(OURS) ?? []);
  return figuresOf(marks, problems);
}

async function withService(
  store: string,
  { rows }: History,
  use: (service: FilledService) => Promise<void>,
): Promise<void> {
  const server = await Server.start('ours', store);
  try {
    const target = await server.target();
    const service = new FilledService(target);
    await service.fill(rows);
    await untilIndexed(target);
    await use(service);
  } finally {
    await server.stop();
  }
}

function figuresOf(marks: ReadonlyMap<string, Mark[]>, problems: string[]): Figure[] {
  return (Object.keys(METRICS) as Metric[]).flatMap((metric) =>
    [false, true].map((held): Figure => {
      const values = [...marks].map(([name, own]): [string, Sample[]] => [
        name,
        [{ value: mean(answerable(own, held), metric) }],
      ]);
      return {
        name: `${RECALL}, ${held ? 'held' : 'tuned'}, ${metric}`,
        unit: '%',
        samples: Object.fromEntries(values),
        problems,
        ratios: [
          [OURS, OR_AND_STEMS],
          [OURS_POSTGRES, OURS],
        ],
      };
    }),
  );
}

/** For whoever tunes the ranking: the questions of the tuned half that were not answered in full, and no others. */
function saveMisses(marks: readonly Mark[]): void {
  const misses = marks
    .filter(({ question, at10 }) => !question.held && at10 < 1)
    .map(({ question: { category, query, answers }, found }) => ({
      category,
      query,
      answers,
      found: found.keys,
    }));
  mkdirSync(new URL('.', MISSES), { recursive: true });
  writeFileSync(MISSES, `${JSON.stringify(misses, null, 2)}\n`);
}
