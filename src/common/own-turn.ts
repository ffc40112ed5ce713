import { setImmediate as nextTurn } from 'node:timers/promises';

let last: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop in which it resolves for nobody else, in the order of asking. Work of some
 * milliseconds each, that many ask for at the same moment, would otherwise be done all in one turn.
 */
export function ownTurn(): Promise<void> {
  last = last.then(() => nextTurn());
  return last;
}
