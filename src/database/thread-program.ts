import type { Dialect } from './queries/dialect.js';
import type { Bounds, Query, Taken } from './query.js';

/** Thrown by `read`. */
export const AFTER_READING = 'The program has said that it reads no more.';

/** What a program in a thread reads: one snapshot of committed rows for each run. */
export interface ThreadReader {
  readonly dialect: Dialect;
  /** @param bounds without them all rows are read, and their size is not counted. */
  read<Row>(query: Query, bounds?: Bounds): Promise<Taken<Row>>;
  /**
   * Ends the snapshot; nothing can be read after it. Called before a program computes for long on what it has read: the log
   * of a file grows while somebody reads, and a connection is lent meanwhile.
   */
  endReading(): void;
}

/**
 * Work on committed rows that takes processor time. The module at the address exports `run`; it is loaded once by a thread, and may
 * keep in memory what the next run needs. What goes in and out is copied (structured clone).
 */
export interface ThreadProgram<Input, Output> {
  readonly url: URL;
  /** For the compiler: they are never set. */
  readonly input?: Input;
  readonly output?: Output;
}

/** The export `run` of the module of a program. */
export type RunProgram<Input, Output> = (reader: ThreadReader, input: Input) => Promise<Output>;

export interface ThreadRunner {
  /**
   * Runs a program outside the event loop, one after the other.
   * @param signal drops the run where it still waits.
   * @throws ProblemError `read_queue_full`, `database_unavailable`; the error of the program, with its code.
   */
  run<Input, Output>(
    program: ThreadProgram<Input, Output>,
    input: Input,
    signal?: AbortSignal,
  ): Promise<Output>;
}
