import type { Response } from 'express';
import { Mutex } from '../../time/mutex.js';
import { ProblemError } from '../../problems/problem.error.js';

/** Larger bodies, a batch of events for one, may take some milliseconds to be read and checked. */
const MEDIUM_BYTES = 16_384;
/** Larger bodies take several times their size until they are written and answered. */
const LARGE_BYTES = 1_048_576;

/** What a response emits once nothing more is made for it: its answer was handed to Node, or it was given up. */
export const ANSWERED = Symbol('answered');

/**
 * When bodies that have arrived are worked on. The traffic budget counts each once; as text, as a row and as an answer
 * it takes memory several times over, so that only one large body is on that way. Those that wait are counted.
 */
export class BodyTurns {
  private readonly medium = new Mutex();
  private readonly large = new Mutex();

  /**
   * Waits until it is the turn of a body: one of some size has a turn of the event loop of its own, and a large one
   * waits until those before it were answered.
   * @throws ProblemError `malformed_request` where the connection closes meanwhile: nobody would read the answer.
   */
  async take(response: Response, bytes: number): Promise<void> {
    if (bytes > LARGE_BYTES) await this.afterOthers(response);
    else if (bytes > MEDIUM_BYTES) await this.medium.runExclusive(() => Promise.resolve());
  }

  private afterOthers(response: Response): Promise<void> {
    return new Promise((begin, giveUp) => {
      const onClose = (): void => {
        giveUp(new ProblemError('malformed_request', 'The connection was closed.'));
      };
      response.once('close', onClose);
      void this.large.runExclusive(async () => {
        response.off('close', onClose);
        if (response.closed) return;
        const answered = new Promise((resolve) => response.once(ANSWERED, resolve));
        begin();
        await answered;
      });
    });
  }
}
