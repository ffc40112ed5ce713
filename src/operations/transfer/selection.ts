import { KINDS } from '../../database/index.js';
import type { ExportQueryDto } from './export.query.js';
import type { Selection } from './format.js';

/** The requested selection, with the kinds in export order. */
export function selectionOf({ kind = KINDS, since, until }: ExportQueryDto): Selection {
  return { kinds: KINDS.filter((one) => kind.includes(one)), since, until };
}
