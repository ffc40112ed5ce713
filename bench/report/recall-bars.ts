import { POST_BATCH, POST_EVENT, POST_MESSAGE, POST_SNAPSHOT } from '../data/operations.js';
import {
  CONTEXT_PACK,
  INDEX_SIZE,
  INDEXED_TEXT,
  LISTS_BESIDE,
  NOTHING_ELSE,
  RECALL_MEMORY,
  SEARCH_COMMON,
  SEARCH_OVER_MCP,
  SEARCH_PASTED,
  SEARCH_QUESTION,
  SEARCH_TYPO,
  USAGE,
} from '../figures/scale.js';
import { onPostgresName, POSTGRES_SCALE } from '../figures/scale-postgres.js';
import { NAMES_OF_TIME, TIMELINE } from '../figures/time-machine.js';
import type { Bar } from './bar.js';

/** What writing kept of its speed since there is an index, against the build before it (`--against`). */
const WRITES: Bar[] = [
  write(POST_EVENT, 93),
  write(POST_MESSAGE, 93),
  write(POST_SNAPSHOT, 93),
  write(POST_BATCH, 90),
  { ...write(POST_EVENT, 90), name: `${POST_EVENT}, one waiting client, of an older build`, connections: 1 },
  {
    ...write(POST_MESSAGE, 90),
    name: `${POST_MESSAGE}, one waiting client, of an older build`,
    connections: 1,
  },
];

export const RECALL_BARS: Bar[] = [
  ...WRITES,
  atMost(SEARCH_COMMON, 40, 30),
  atMost(SEARCH_QUESTION, 60, 50),
  atMost(SEARCH_PASTED, 80, 60),
  atMost(SEARCH_TYPO, 100, 60),
  atMost(CONTEXT_PACK, 150, 100),
  atMost(USAGE, 100, 50),
  atMost(SEARCH_OVER_MCP, 10, 5),
  { ...atMost(LISTS_BESIDE, 1.3, 1.1), against: NOTHING_ELSE, of: 'ratio', unit: 'x' },
  { ...atMost(RECALL_MEMORY, 300, 250), unit: 'MB' },
  { ...atMost(INDEX_SIZE, 1, 0.7), against: INDEXED_TEXT, of: 'ratio', unit: 'x' },
  { ...atMost(`${POSTGRES_SCALE}, p95 of search`, 100, 60), largeFile: false },
  ...NAMES_OF_TIME.flatMap((name) => {
    const limit = name === TIMELINE ? 50 : 100;
    const onPostgres = { largeFile: false, recallPostgresRows: 1_000_000 };
    return [atMost(name, limit, 30), { ...atMost(onPostgresName(name), limit, 30), ...onPostgres }];
  }),
];

function write(work: string, limit: number): Bar {
  const name = `${work}, of an older build`;
  return {
    name,
    work,
    against: 'before',
    of: 'ratio',
    sense: 'at least',
    limit,
    aim: 97,
    unit: '%',
    scale: 100,
  };
}

function atMost(work: string, limit: number, aim: number): Bar {
  return { name: work, work, of: 'value', sense: 'at most', limit, aim, unit: 'ms', largeFile: true };
}
