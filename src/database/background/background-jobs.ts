import type { Changes } from '../changes.js';
import type { Engine } from '../engine.js';
import { Mutex } from '../../time/mutex.js';
import { Packer } from '../blocks/packer.js';
import { SearchIndexer } from '../search/search-indexer.js';
import type { Write } from '../unit.js';
import { BackgroundJob, type Shared } from './background-job.js';
import type { BackgroundWork } from './background-work.js';

/** What runs beside the requests while a database is served. */
export class BackgroundJobs {
  private readonly jobs: BackgroundJob[] = [];
  private readonly shared: Shared;

  constructor(engine: Engine, write: Write, changes: Changes) {
    this.shared = { engine, write, changes, turns: new Mutex() };
    this.start(new SearchIndexer(engine));
    this.start(new Packer(engine));
  }

  /** Runs some work whenever it is due, until the database is closed. */
  start(work: BackgroundWork): void {
    this.jobs.push(new BackgroundJob(work, this.shared));
  }

  async stop(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.stop()));
  }
}
