export interface BystanderTask {
  url: string;
  headers: Record<string, string>;
  seconds: number;
}

export interface Waiting {
  longestLiveMs: number;
  readsPerSecond: number;
  readP95: number;
  problem?: string;
}

/** Longer than this nobody waits: the figure then says that there was no answer for so long. */
export const LONGEST_WAIT_MS = 30_000;
