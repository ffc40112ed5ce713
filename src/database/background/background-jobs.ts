import type { Changes } from '../changes.js';
import type { Engine } from '../engine.js';
import { Mutex } from '../../time/mutex.js';
import { Packer } from '../blocks/packer.js';
import { SearchIndexer } from '../search/search-indexer.js';
import type { Write } from '../unit.js';
import { BackgroundJob } from './background-job.js';
import type { BackgroundWork } from './background-work.js';

/** What runs beside the requests while a database is served. */
export class BackgroundJobs {
  private readonly jobs: BackgroundJob[] = [];
  private readonly turns = new Mutex();

  constructor(
    private readonly engine: Engine,
    private readonly write: Write,
    private readonly changes: Changes,
  ) {
    this.start(new SearchIndexer(engine));
    this.start(new Packer(engine));
  }

  /** Runs some work whenever it is due, until the database is closed. */
  start(work: BackgroundWork): void {
    this.jobs.push(new BackgroundJob(work, this.engine, this.write, this.turns, this.changes));
  }

  async stop(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.stop()));
  }
}
