import { guestNamed, type Guest } from './cluster.js';
import { milestonesOf } from './pve2-disk.js';
import type { Night } from './story.js';
import { MINUTE } from './time.js';

/** A guest goes on on another node. */
export interface Move {
  readonly guest: Guest;
  readonly from: string;
  readonly to: string;
  readonly at: number;
}

/**
 * What Jarvis moves on the day: postgres away from the full disk and back (pve1 has its replica), and in the end books away
 * from the pool that lost a drive.
 */
export function movesOf(night: Night, end: number): Move[] {
  const { full, retryDone } = milestonesOf(night);
  const [postgres, books] = [guestNamed('postgres'), guestNamed('books')];
  return [
    { guest: postgres, from: 'pve2', to: 'pve1', at: full + 4 * MINUTE },
    { guest: postgres, from: 'pve1', to: 'pve2', at: retryDone + 9 * MINUTE },
    { guest: books, from: 'pve3', to: 'pve1', at: end - 9 * MINUTE },
  ];
}

/** The node on which a guest is at a moment. */
export function nodeAt(moves: readonly Move[], guest: Guest, moment: number): string {
  const last = moves.filter((move) => move.guest === guest && move.at <= moment).at(-1);
  return last?.to ?? guest.node;
}
