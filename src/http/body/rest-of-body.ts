import type { RequestStep } from '../middleware/request-steps.js';
import { hasBody } from './has-body.js';

/** How long the rest of a body may keep arriving after its request was answered. */
const DRAIN_TIMEOUT_MS = 5_000;

/**
 * Request step: where a request is answered before its body has arrived, discards the rest, so that the client can
 * read the answer; after a timeout the connection is closed.
 */
export const drainRestOfBody: RequestStep = (request, response) => {
  if (!hasBody(request)) return;
  response.once('finish', () => {
    if (request.complete) return;
    const { socket } = request;
    const timeout = setTimeout(() => socket.destroy(), DRAIN_TIMEOUT_MS);
    const end = (): void => {
      clearTimeout(timeout);
      socket.off('close', end);
    };
    socket.once('close', end);
    request.once('end', end).resume();
  });
};
