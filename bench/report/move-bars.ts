import { MOVE_BACK, MOVE_MEMORY, MOVE_THERE } from '../figures/moves.js';
import type { Bar } from './bar.js';

export const MOVE_BARS: Bar[] = [
  ...[MOVE_THERE, MOVE_BACK].map((work): Bar => ({
    name: work,
    work,
    of: 'value',
    sense: 'at least',
    limit: 10_000,
    aim: 20_000,
    unit: '/s',
    largeFile: true,
  })),
  {
    name: MOVE_MEMORY,
    work: MOVE_MEMORY,
    of: 'value',
    sense: 'at most',
    limit: 250,
    aim: 180,
    unit: 'MB',
    always: true,
    largeFile: true,
  },
];
