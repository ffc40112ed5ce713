export interface MeasureInput {
  readonly now: string;
}

export type MeasuredKind = 'snapshot' | 'event' | 'message';

/** The rows of a kind. */
export interface Arrivals {
  /** What all of them take with their indexes. */
  readonly bytes: number;
  /** What one takes with its indexes, on average. */
  readonly bytesEach: number;
  /** How many are of each of the last days, the newest first. */
  readonly perDay: readonly number[];
}

/** What the memory holds, in bytes. */
export interface Measured {
  readonly at: string;
  readonly totalBytes: number;
  readonly rowBytes: number;
  readonly indexBytes: number;
  readonly blockBytes: number;
  readonly otherBytes: number;
  readonly arrivals: Readonly<Record<MeasuredKind, Arrivals>>;
}

/** How large the memory was. */
export interface Sample {
  readonly at: string;
  readonly totalBytes: number;
  readonly writtenBytes: number | null;
}
