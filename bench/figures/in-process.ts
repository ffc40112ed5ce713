import { join } from 'node:path';
import type { BareInsertTask } from '../load/bare-insert.js';
import type { SaveEventsTask } from '../load/in-process.js';
import { Worker } from '../processes/worker.js';
import type { Contender, Figure, FigurePlan, Sample } from '../types.js';
import { GRACE_MS, wanted, type Context } from './context.js';
import { measure, stepsOf } from './measure.js';

const CONCURRENT = 1000;
export const SAVE_EVENT = `saveEvent, ${CONCURRENT} at once`;

export async function measureInProcess({ options, progress, folder }: Context): Promise<Figure[]> {
  if (!wanted(options, SAVE_EVENT)) return [];
  const service = new Worker<SaveEventsTask, Sample>('load/in-process.js');
  const bare = new Worker<BareInsertTask, Sample>('load/bare-insert.js');
  const save = () =>
    service.run({ file: join(folder, 'in-process.db'), concurrent: CONCURRENT }, GRACE_MS * 2);
  const insert = (name: string, rowsPerCommit: number): Contender => {
    const task = { file: join(folder, `${name}.db`), rowsPerCommit, seconds: options.seconds };
    const run = () => bare.run(task, options.seconds * 1000 + GRACE_MS);
    return { name, sample: run };
  };
  const plan: FigurePlan = {
    name: SAVE_EVENT,
    unit: 'rows/s',
    contenders: [
      { name: 'ours', sample: save, warmUp: save },
      insert('insert, own commit', 1),
      insert('insert, one commit', CONCURRENT),
    ],
    ratios: [
      ['ours', 'insert, own commit'],
      ['ours', 'insert, one commit'],
    ],
  };
  progress.begin('In process', stepsOf([plan], options.rounds));
  const figure = await measure(plan, options.rounds, progress);
  progress.end();
  service.stop();
  bare.stop();
  return [figure];
}
