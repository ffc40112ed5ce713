import type { Response } from 'express';
import { Mutex } from '../../time/mutex.js';
import { ProblemError } from '../../problems/problem.error.js';

/** Larger bodies, such as a batch of events, may take some milliseconds to be parsed and validated. */
const MEDIUM_BYTES = 16_384;
/** Larger bodies take several times their size in memory until they are written and answered. */
const LARGE_BYTES = 1_048_576;

/** The event that a response emits once its answer was handed to Node or the response was destroyed. */
export const ANSWERED = Symbol('answered');

/**
 * Schedules the work on bodies that have arrived. The traffic budget counts each body once, but as text, as a row and
 * as an answer it takes memory several times, so that only one large body is processed at a time. Queued bodies stay
 * counted.
 */
export class BodyQueue {
  private readonly medium = new Mutex();
  private readonly large = new Mutex();

  /**
   * Waits for the turn of a body: each medium body gets its own turn of the event loop, and a large one waits until
   * those before it are answered.
   * @throws ProblemError `malformed_request` where the connection closes meanwhile.
   */
  async waitForTurn(response: Response, bytes: number): Promise<void> {
    if (bytes > LARGE_BYTES) await this.waitForLargeTurn(response);
    else if (bytes > MEDIUM_BYTES) await this.medium.runExclusive(() => Promise.resolve());
  }

  private waitForLargeTurn(response: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      const onClose = (): void => {
        reject(new ProblemError('malformed_request', 'The connection was closed.'));
      };
      response.once('close', onClose);
      void this.large.runExclusive(async () => {
        response.off('close', onClose);
        if (response.closed) return;
        const answered = new Promise((done) => response.once(ANSWERED, done));
        resolve();
        await answered;
      });
    });
  }
}
