export interface Bar {
  name: string;
  work: string;
  against?: string;
  /** Either the value or the ratio, of medians over the rounds, is held to `limit`. */
  of: 'ratio' | 'value';
  sense: 'at least' | 'at most';
  /** `undefined` where the value is only to be said. */
  limit: number | undefined;
  aim: number;
  unit: 'x' | 's' | '/s' | 'ms' | 'MB' | 'KB' | '%';
  /** What one unit of the figure is worth in the unit of the bar. */
  scale?: number;
  /** The worst of the rounds counts, and not their median: for what may never happen. */
  always?: boolean;
  /** True only for the full large file. */
  largeFile?: boolean;
  /** So many of them, where it is not the usual number. */
  connections?: number;
  /** True only for so many events in PostgreSQL. */
  postgresRows?: number;
  /** True only for so many events and messages in the PostgreSQL database that is searched. */
  recallPostgresRows?: number;
  /** True only for so many events behind the explorer. */
  explorerRows?: number;
  /** True only for so many minutes of snapshots. */
  snapshotMinutes?: number;
}
