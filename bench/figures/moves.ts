import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillFile } from '../data/fill.js';
import { startPostgres, type Postgres } from '../data/postgres.js';
import { runCommand } from '../processes/command.js';
import { Server } from '../processes/server.js';
import type { Contender, Figure, FigurePlan, Sample } from '../types.js';
import { wanted, type Context } from './context.js';
import { largeSize } from './large-file.js';
import { measure, stepsOf } from './measure.js';

export const MOVE_THERE = 'Move of a file to PostgreSQL';
export const MOVE_BACK = 'Move of PostgreSQL to a file';
export const MOVE_MEMORY = 'Most resident memory of a move';

/** One takes minutes. */
const MAX_ROUNDS = 3;

type Mover = 'ours' | 'before';

/** The whole command, from its start to its end: both sides are read and compared in that time. */
export async function measureMoves(context: Context): Promise<Figure[]> {
  const { options, progress } = context;
  const isWanted = [MOVE_THERE, MOVE_BACK, MOVE_MEMORY].some((name) => wanted(options, name));
  if (!isWanted || (options.quick && options.only === '')) return [];
  const file = await filledFile(context);
  const postgres = await startPostgres({});
  const moving = new Moving(
    postgres,
    join(context.folder, 'moved-back.db'),
    2 * options.largeRows,
    options.against ? ['ours', 'before'] : ['ours'],
  );
  // What comes back is what was moved there last.
  const plans = [
    moving.plan(MOVE_THERE, (mover) => moving.there(mover, file)),
    moving.plan(MOVE_BACK, (mover) => moving.back(mover)),
  ];
  const rounds = Math.min(options.rounds, MAX_ROUNDS);
  progress.begin('Moves', stepsOf(plans, rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, rounds, progress));
  progress.end();
  await postgres.destroy();
  return [...figures, moving.memory];
}

async function filledFile({ options, progress, folder }: Context): Promise<string> {
  const file = join(folder, 'moved.db');
  const size = largeSize(options.largeRows);
  await (await Server.start('ours', file)).stop();
  progress.begin(`Filling ${size.events} events`, size.events + size.messages + size.snapshots);
  await fillFile(file, size, 'instant', (rows) => {
    progress.step('', rows);
  });
  progress.end();
  return file;
}

class Moving {
  readonly memory: Figure = {
    name: MOVE_MEMORY,
    unit: 'MB',
    samples: { ours: [] },
    ratios: [],
    problems: [],
  };
  private database = '';

  constructor(
    private readonly postgres: Postgres,
    private readonly file: string,
    private readonly rows: number,
    private readonly movers: readonly Mover[],
  ) {}

  plan(name: string, sample: (mover: Mover) => Promise<Sample>): FigurePlan {
    const contenders = this.movers.map((mover): Contender => ({ name: mover, sample: () => sample(mover) }));
    return { name, unit: 'rows/s', contenders, ratios: this.movers.length > 1 ? [['ours', 'before']] : [] };
  }

  async there(mover: Mover, file: string): Promise<Sample> {
    this.database = (await this.postgres.createDatabase()).url;
    return this.move(mover, file, this.database);
  }

  async back(mover: Mover): Promise<Sample> {
    for (const part of ['', '-wal', '-shm', '.lock', '.jwt-secret', '.password-hash'])
      rmSync(`${this.file}${part}`, { force: true });
    return this.move(mover, this.database, this.file);
  }

  private async move(mover: Mover, from: string, to: string): Promise<Sample> {
    const { seconds, peak, problem } = await runCommand(mover, ['move', '-q', '--from', from, '--to', to]);
    if (mover === 'ours') this.memory.samples['ours']?.push({ value: peak, ...(problem && { problem }) });
    return { value: this.rows / seconds, ...(problem && { problem }) };
  }
}
