import type { CellType, CopiedCell } from './row-text.js';

/** What a typed column takes. */
export interface ColumnRule {
  readonly type: CellType;
  readonly isRequired: boolean;
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Why a column of a typed engine cannot hold a cell, in words that follow its name; undefined where it can. */
export function reasonAgainst(cell: CopiedCell, { type, isRequired }: ColumnRule): string | undefined {
  if (cell === null) return isRequired ? 'is missing' : undefined;
  if (type === 'text') return reasonAgainstText(cell);
  if (type === 'integer') return isWhole(cell) ? undefined : 'is no whole number';
  if (type === 'flag') return typeof cell === 'boolean' ? undefined : 'is neither true nor false';
  if (type === 'amount') return isNumber(cell) ? undefined : 'is no number';
  return Buffer.isBuffer(cell) ? undefined : 'is not made of bytes';
}

function reasonAgainstText(cell: CopiedCell): string | undefined {
  if (typeof cell !== 'string') return 'is no text';
  if (cell.includes('\0')) return 'has a character U+0000';
  return LONE_SURROGATE.test(cell) ? 'has half a character (a lone surrogate)' : undefined;
}

function isWhole(cell: CopiedCell): boolean {
  return typeof cell === 'bigint' || Number.isSafeInteger(cell);
}

function isNumber(cell: CopiedCell): boolean {
  return typeof cell === 'number' && !Number.isNaN(cell);
}
