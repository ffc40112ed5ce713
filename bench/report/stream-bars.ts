import { MEMORY } from '../figures/stream-memory.js';
import { FROM_BEFORE, HEARD, OTHERS, POST_BESIDE } from '../figures/streams.js';
import type { Bar } from './bar.js';

export const STREAM_BARS: Bar[] = [
  ...[HEARD, `PostgreSQL, ${HEARD}`].map((work) => atMost(work, 150, 120, 'ms')),
  {
    name: `${POST_BESIDE}, of the same without them`,
    work: POST_BESIDE,
    of: 'ratio',
    sense: 'at least',
    limit: 85,
    aim: 95,
    unit: '%',
    scale: 100,
  },
  atMost(OTHERS, 50, 25, 'ms'),
  atMost(MEMORY, 60, 30, 'MB'),
  ...[FROM_BEFORE, `PostgreSQL, ${FROM_BEFORE}`].map((work) => atMost(work, 200, 50, 'ms')),
];

function atMost(work: string, limit: number, aim: number, unit: Bar['unit']): Bar {
  return { name: work, work, of: 'value', sense: 'at most', limit, aim, unit };
}
