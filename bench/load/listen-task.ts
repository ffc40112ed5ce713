/** What the process with the clients of streams is asked to do, one after the other. */
export type ListenTask = Open | Save | Resume | { kind: 'close' };

interface Open {
  kind: 'open';
  url: string;
  /** The streams take turns with them: there may be so many streams of each only. */
  keys: string[];
  /** Of each stream. */
  paths: string[];
  isReading: boolean;
}

interface Save {
  kind: 'save';
  url: string;
  headers: Record<string, string>;
  perSecond: number;
  seconds: number;
  /** Characters of text beside that of each event. */
  details: number;
  /** Whether each open stream must hear of each event. */
  isHeard: boolean;
}

interface Resume {
  kind: 'resume';
  url: string;
  headers: Record<string, string>;
  paths: string[];
  /** Of each, the place after which it goes on. */
  after: string[];
}

export interface ListenResult {
  /** Milliseconds to the listeners, or to the first message; not a number where there was none. */
  p95: number;
  /** Messages that have arrived at all streams since they were opened. */
  heard: number;
  problem?: string;
}

/** For the paths of streams. */
export const STREAM = '/api/memory/stream';
