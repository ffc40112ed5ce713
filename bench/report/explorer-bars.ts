import { FIRST_LOAD, FRAMES, HEARD, OPEN } from '../figures/explorer.js';
import type { Bar } from './bar.js';

export const EXPLORER_BARS: Bar[] = [
  { ...atMost(FIRST_LOAD, 90, 'KB'), aim: 60 },
  { ...atMost(OPEN, 1.5, 's'), aim: 0.8, scale: 0.001, explorerRows: 1_000_000 },
  { ...atMost(HEARD, 300, 'ms'), aim: 200 },
  { ...atMost(`${FRAMES}, p95 of a frame`, undefined, 'ms'), aim: 17 },
];

function atMost(work: string, limit: number | undefined, unit: Bar['unit']): Bar {
  return { name: work, work, of: 'value', sense: 'at most', limit, aim: 0, unit };
}
