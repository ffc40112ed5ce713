import type { RequestStep } from '../middleware/request-steps.js';
import { hasBody } from './has-body.js';

/** How long what is left of a body may go on coming once its request was answered. */
const LONGEST_REST_MS = 5_000;

/**
 * Request step: of a request that was answered before its body had arrived, the rest is thrown away as it comes,
 * so that the other side can read the answer; where that takes too long, the connection is closed.
 */
export const boundRestOfBody: RequestStep = (request, response) => {
  if (!hasBody(request)) return;
  response.once('finish', () => {
    if (request.complete) return;
    const { socket } = request;
    const patience = setTimeout(() => socket.destroy(), LONGEST_REST_MS);
    const end = (): void => {
      clearTimeout(patience);
      socket.off('close', end);
    };
    socket.once('close', end);
    request.once('end', end).resume();
  });
};
