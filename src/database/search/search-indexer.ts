import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { describeError } from '../../problems/described-error.js';
import { CONTENT_TABLES } from '../catalogue.js';
import type { Changes } from '../changes.js';
import type { Engine } from '../engine.js';
import type { Change } from '../feed/feed-change.js';
import { Leases } from '../leases.js';
import type { Write } from '../unit.js';
import { INDEXED_KINDS, type IndexedKind } from './search.js';
import { takeBatch } from './take-batch.js';

/** So many new rows begin the work. */
const WAITING_ROWS = 256;
/** What others write is noticed by the change feed; this finds what the feed did not tell. */
const INTERVAL_MS = 60_000;
const LEASE_MS = 30_000;
/** Beside other writers the index may take this share of the time. */
const BUSY_SHARE = 0.05;
/** A batch is prepared again where rows in it were changed meanwhile; so often, and then by the next run. */
const MAX_ATTEMPTS = 5;

const log = new Logger('SearchIndexer');

/** How far an index reaches, and its table. */
interface Reach {
  readonly mark: number;
  readonly last: number | null;
  /** The first row that was changed. */
  readonly stale: number | null;
}

/**
 * Lets the text index follow the tables: takes rows in above the mark, in units of some milliseconds, as soon as many
 * of them are there, and again those that were changed. Until then a search reads them from the tables. In one of several
 * instances; a failure is met again by the next run.
 */
export class SearchIndexer {
  private readonly pending = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly stopping = new AbortController();
  private readonly unsubscribe: () => void;
  private running: Promise<void> | undefined;
  private isDue = false;
  /** Transactions of others since the last batch. */
  private others = 0;

  /** @param write runs a unit of work that changes no answer, with the position of the feed taken. */
  constructor(
    private readonly engine: Engine,
    private readonly write: Write,
    changes: Changes,
  ) {
    this.unsubscribe = changes.subscribe((all) => {
      this.note(all);
    });
    this.timer = setInterval(() => {
      this.wake();
    }, INTERVAL_MS).unref();
    this.wake();
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    this.unsubscribe();
    await this.running;
  }

  private note(changes: readonly Change[]): void {
    this.others++;
    for (const { topic, ids, isComplete, kind } of changes) {
      const count = kind === 'unknown' || !isComplete ? WAITING_ROWS : ids.length;
      const sum = (this.pending.get(topic) ?? 0) + count;
      this.pending.set(topic, sum);
      if (sum >= WAITING_ROWS) this.wake();
    }
  }

  private wake(): void {
    if (this.stopping.signal.aborted) return;
    this.isDue = true;
    this.running ??= this.runWhileDue().finally(() => {
      this.running = undefined;
    });
  }

  private async runWhileDue(): Promise<void> {
    const { signal } = this.stopping;
    while (this.isDue) {
      this.isDue = false;
      this.pending.clear();
      try {
        await this.catchUp();
      } catch (error) {
        if (!signal.aborted) log.warn(`The text index waits: ${describeError(error).message}`);
        return;
      }
    }
  }

  private async catchUp(): Promise<void> {
    const { capabilities, rows } = this.engine;
    const kinds: IndexedKind[] = [];
    for (const kind of INDEXED_KINDS) if (await this.isBehind(kind)) kinds.push(kind);
    if (kinds.length === 0) return;
    const work = async (write: Write): Promise<void> => {
      for (const kind of kinds) while (await this.takeIn(kind, write));
    };
    if (!capabilities.severalInstances) await work(this.write);
    else await new Leases(rows.dialect, this.write).run('text index', LEASE_MS, (lease) => work(lease.write));
  }

  /** Whether many rows are new, or one has changed. */
  private async isBehind(kind: IndexedKind): Promise<boolean> {
    const text = `SELECT mark, (SELECT max(id) FROM ${CONTENT_TABLES[kind].name}) AS last,
      (SELECT min(id) FROM search_stale WHERE kind = ?) AS stale FROM search_marks WHERE kind = ?`;
    const { rows } = await this.engine.rows.read<Reach>({ text, values: [kind, kind] });
    return rows.some(
      ({ mark, last, stale }) => (last ?? 0) - mark >= WAITING_ROWS || (stale !== null && stale <= mark),
    );
  }

  /** Takes a batch in. @returns whether there may be another. */
  private async takeIn(kind: IndexedKind, write: Write): Promise<boolean> {
    const { signal } = this.stopping;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && !signal.aborted; attempt++) {
      this.others = 0;
      const taken = await takeBatch(this.engine, { kind }, write, signal);
      if (taken === 'outdated') continue;
      if (taken && this.others > 0) await this.rest(taken.ms / BUSY_SHARE);
      return taken !== undefined;
    }
    return false;
  }

  private async rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.stopping.signal }).catch(() => undefined);
  }
}
