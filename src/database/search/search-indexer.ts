import type { BackgroundRun, BackgroundWork } from '../background/background-work.js';
import { CONTENT_TABLES } from '../catalogue.js';
import type { Engine } from '../engine.js';
import type { Change } from '../feed/feed-change.js';
import { INDEXED_KINDS, type IndexedKind } from './search.js';
import { takeBatch } from './take-batch.js';

/** So many new rows begin the work. */
const WAITING_ROWS = 256;
/** A batch is prepared again where rows in it were changed meanwhile; so often, and then by the next run. */
const MAX_ATTEMPTS = 5;

/** How far an index reaches, and its table. */
interface Reach {
  readonly mark: number;
  readonly last: number | null;
  /** The first row that was changed. */
  readonly stale: number | null;
}

/**
 * Lets the text index follow the tables: takes rows in above the mark, in units of some milliseconds, as soon as many
 * of them are there, and again those that were changed. Until then a search reads them from the tables.
 */
export class SearchIndexer implements BackgroundWork {
  readonly name = 'text index';
  private readonly pending = new Map<string, number>();

  constructor(private readonly engine: Engine) {}

  isDueAfter(changes: readonly Change[]): boolean {
    let isDue = false;
    for (const { topic, ids, isComplete, kind } of changes) {
      const count = kind === 'unknown' || !isComplete ? WAITING_ROWS : ids.length;
      const sum = (this.pending.get(topic) ?? 0) + count;
      this.pending.set(topic, sum);
      isDue ||= sum >= WAITING_ROWS;
    }
    return isDue;
  }

  async isBehind(): Promise<boolean> {
    this.pending.clear();
    return (await this.kindsBehind()).length > 0;
  }

  async catchUp(run: BackgroundRun): Promise<void> {
    for (const kind of await this.kindsBehind()) while (await this.takeIn(kind, run));
  }

  private async kindsBehind(): Promise<IndexedKind[]> {
    const kinds: IndexedKind[] = [];
    for (const kind of INDEXED_KINDS) if (await this.isKindBehind(kind)) kinds.push(kind);
    return kinds;
  }

  /** Whether many rows are new, or one has changed. */
  private async isKindBehind(kind: IndexedKind): Promise<boolean> {
    const text = `SELECT mark, (SELECT max(id) FROM ${CONTENT_TABLES[kind].name}) AS last,
      (SELECT min(id) FROM search_stale WHERE kind = ?) AS stale FROM search_marks WHERE kind = ?`;
    const { rows } = await this.engine.rows.read<Reach>({ text, values: [kind, kind] });
    return rows.some(
      ({ mark, last, stale }) => (last ?? 0) - mark >= WAITING_ROWS || (stale !== null && stale <= mark),
    );
  }

  /** Takes a batch in. @returns whether there may be another. */
  private async takeIn(kind: IndexedKind, run: BackgroundRun): Promise<boolean> {
    const { inTurn, write, signal, restAfter } = run;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && !signal.aborted; attempt++) {
      const taken = await inTurn(() => takeBatch(this.engine, { kind }, write, signal));
      if (taken === 'outdated') continue;
      if (taken) await restAfter(taken.ms);
      return taken !== undefined;
    }
    return false;
  }
}
