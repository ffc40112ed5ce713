import { KINDS } from '../../database/index.js';
import type { ExportQueryDto } from './export.query.js';
import type { Selection } from './format.js';

/** What was asked for, in the order in which kinds are exported. */
export function selectionOf({ kind = KINDS, since, until }: ExportQueryDto): Selection {
  return { kinds: KINDS.filter((one) => kind.includes(one)), since, until };
}
