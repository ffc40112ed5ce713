import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import {
  Database,
  type StorageMeasures,
  type QueueMeasures,
  type ReadMeasures,
} from '../../database/index.js';
import { MetricsRegistry, PREFIX } from './metrics-registry.js';

/** The gauges, by measurement; their names are prefixed with `PREFIX`. */
const QUEUE: Readonly<Record<keyof Omit<QueueMeasures, 'outcomes'>, readonly [name: string, help: string]>> =
  {
    depth: ['write_queue_depth', 'Units of work that wait to be written.'],
    capacity: [
      'write_queue_capacity',
      'Units of work that may wait; more are refused with write_queue_full.',
    ],
  };
const READS: Readonly<Record<keyof ReadMeasures, readonly [name: string, help: string]>> = {
  depth: ['read_queue_depth', 'Reads that may take long and wait for a thread.'],
  running: ['reads_running', 'Reads that may take long and have a thread.'],
};
const STORAGE: Readonly<Record<keyof StorageMeasures, readonly [name: string, help: string]>> = {
  databaseBytes: ['database_bytes', 'Size of the database file.'],
  walBytes: ['wal_bytes', 'Size of the write-ahead log beside the database file.'],
  freeListBytes: [
    'database_free_bytes',
    'Pages inside the database file that hold nothing; new rows take them before the file grows.',
  ],
};
/** A group holds 256 units at most. */
const GROUP_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/** In seconds: from a disk with a write cache to a worn-out one. */
const COMMIT_TIMES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Metrics of the write queue and the file. There are none while the database is down. */
@Injectable()
export class DatabaseMetrics {
  private readonly queue = new Map<keyof typeof QUEUE, Gauge>();
  private readonly reads = new Map<keyof typeof READS, Gauge>();
  private readonly storage = new Map<keyof typeof STORAGE, Gauge>();
  private readonly writes: Counter<'outcome'>;
  private readonly rows: Gauge<'table'>;
  private readonly counted: Gauge;

  constructor(
    private readonly database: Database,
    registry: MetricsRegistry,
  ) {
    const registers = [registry];
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name: `${PREFIX}${name}`, help, registers });
    for (const key of keysOf(QUEUE)) this.queue.set(key, gauge(...QUEUE[key]));
    for (const key of keysOf(READS)) this.reads.set(key, gauge(...READS[key]));
    for (const key of keysOf(STORAGE)) this.storage.set(key, gauge(...STORAGE[key]));
    this.counted = gauge(
      'rows_counted_timestamp_seconds',
      'When the rows were last known to be as many as jarvis_memory_rows says.',
    );
    this.rows = new Gauge({
      name: `${PREFIX}rows`,
      help: 'Rows by table, counted when asked for, at most once a minute; the count shows with a later scrape.',
      labelNames: ['table'],
      registers,
    });
    this.writes = new Counter({
      name: `${PREFIX}writes_total`,
      help: 'Units of work by outcome. committed: on disk. undone: failed by itself. failed: the transaction failed. refused: too many were waiting.',
      labelNames: ['outcome'],
      registers,
    });
    watchGroups(database, registers);
  }

  /** Reads the current values. */
  async refresh(): Promise<void> {
    const { measures } = this.database;
    const storage = await measures?.storage();
    for (const [key, gauge] of this.queue) show(gauge, measures?.queue[key]);
    for (const [key, gauge] of this.reads) show(gauge, measures?.reads[key]);
    for (const [key, gauge] of this.storage) show(gauge, storage?.[key]);
    this.writes.reset();
    for (const [outcome, units] of Object.entries(measures?.queue.outcomes ?? {}))
      this.writes.inc({ outcome }, units);
    void measures?.rows.refresh();
    for (const [table, rows] of Object.entries(measures?.rows.counts ?? {})) this.rows.set({ table }, rows);
    show(this.counted, measures?.rows.countedAt && measures.rows.countedAt / 1000);
  }
}

function watchGroups(database: Database, registers: MetricsRegistry[]): void {
  const sizes = new Histogram({
    name: `${PREFIX}write_group_units`,
    help: 'How many units of work shared one transaction, and so one sync to disk.',
    buckets: GROUP_SIZES,
    registers,
  });
  const commits = new Histogram({
    name: `${PREFIX}commit_duration_seconds`,
    help: 'How long a COMMIT took, the sync to disk included; without those of background work, which are not synced.',
    buckets: COMMIT_TIMES,
    registers,
  });
  database.measures?.watchGroups(({ units, commitSeconds }) => {
    sizes.observe(units);
    if (commitSeconds !== undefined) commits.observe(commitSeconds);
  });
}

/** Removes a gauge without a value: 0 would be wrong. */
function show(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}
