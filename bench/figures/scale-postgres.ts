import { untilIndexed } from '../data/indexed.js';
import { startPostgres } from '../data/postgres.js';
import { Server } from '../processes/server.js';
import { fillScaleDatabase } from '../scale/fill-postgres.js';
import type { Figure } from '../types.js';
import { wanted, type Context } from './context.js';
import { measure, stepsOf } from './measure.js';
import { latencyPlans, NAMES_OF_LATENCIES } from './scale.js';
import { largeSize } from './large-file.js';

export const POSTGRES_SCALE = 'PostgreSQL, at scale';

/** The same searches on PostgreSQL, on `--recall-postgres-rows` events and as many messages. */
export async function measureScalePostgres(context: Context): Promise<Figure[]> {
  const { options, progress } = context;
  const isWanted = NAMES_OF_LATENCIES.some((name) => wanted(options, onPostgresName(name)));
  // It takes minutes: with --quick only where it is asked for.
  if (!isWanted || (options.quick && options.only === '')) return [];
  const rows = options.recallPostgresRows;
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const maker = await Server.start('ours', database.url);
  await maker.stop();
  progress.note(`Filling PostgreSQL with ${rows} events and ${rows} messages`);
  await fillScaleDatabase(database, rows);
  const server = await Server.start('ours', database.url);
  const target = await server.target();
  await untilIndexed(target);
  await database.query('VACUUM ANALYZE');
  const plans = latencyPlans(context, target, largeSize(rows))
    .map((plan) => ({ ...plan, name: onPostgresName(plan.name) }))
    .filter(({ name }) => wanted(options, name));
  progress.begin(POSTGRES_SCALE, stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  progress.end();
  await server.stop();
  await postgres.destroy();
  return figures;
}

/** `At scale, p95 of …` becomes `PostgreSQL, at scale, p95 of …`. */
export function onPostgresName(name: string): string {
  return `PostgreSQL, ${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`;
}
