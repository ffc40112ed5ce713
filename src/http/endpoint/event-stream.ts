import type { Response } from 'express';

const EVENT_STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/**
 * Begins an answer of server-sent events, which goes on for as long as its client listens: how long it took says nothing.
 * Proxies are told to hand on each event at once.
 */
export function beginEventStream(response: Response): void {
  response.locals['isEndless'] = true;
  response.writeHead(200, EVENT_STREAM_HEADERS);
}

export function isEndless({ locals }: Response): boolean {
  return locals['isEndless'] === true;
}
