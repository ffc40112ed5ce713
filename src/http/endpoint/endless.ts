import type { Response } from 'express';

/** Notes that an answer goes on for as long as its client listens: how long it took says nothing. */
export function markEndless({ locals }: Response): void {
  locals['isEndless'] = true;
}

export function isEndless({ locals }: Response): boolean {
  return locals['isEndless'] === true;
}
