import { createHash } from 'node:crypto';
import { fold } from './fold.js';

/** What makes the pattern of an event. */
export interface Patterned {
  readonly source: string;
  readonly type: string;
  readonly node: string | null;
  readonly summary: string;
}

export interface Pattern {
  /** The summary without what differs from one occurrence to the next. */
  readonly text: string;
  /** The term of the pattern on all nodes. */
  readonly term: string;
  /** The term of the pattern on its node. */
  readonly nodeTerm: string;
}

/** The digits of a hash that JavaScript counts exactly. */
const HASH_DIGITS = 13;

/** What differs between occurrences of one pattern, the longest forms first. */
const MASKED: readonly RegExp[] = [
  /\bupid:\S+/g,
  // A point in time.
  /\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:z|[+-]\d\d:?\d\d)?(?![\p{L}\p{N}])/gu,
  // A UUID or another hash in groups; a MAC address.
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
  /\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b/g,
  // IPv6, which has two colons at least.
  /(?<![\p{L}\p{N}:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\p{L}\p{N}:])/gu,
  // Hexadecimal numbers and hashes.
  /\b0x[0-9a-f]+\b/g,
  /\b(?=[a-f]*\d)[0-9a-f]{8,}\b/g,
  // Host names: with a domain, or with digits after letters.
  /\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:local|lan|home|internal|localdomain|arpa|com|net|org|io|dev|de|eu)\b/g,
  /(?<![\p{L}\p{N}])\p{L}[\p{L}_-]*\d[\p{L}\p{N}_-]*(?![\p{L}\p{N}])/gu,
  // Any other number, with its fraction or its groups.
  /\d+(?:[.,:/]\d+)*/g,
];

/** The summary of an event with its node, host names, numbers, addresses and hashes masked. */
export function maskedSummary(summary: string, node: string | null): string {
  const folded = fold(summary);
  const named = node === null ? '' : fold(node).trim();
  const start = named === '' ? folded : maskName(folded, named);
  return MASKED.reduce((text, form) => text.replace(form, '#'), start)
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * The pattern of an event: events of one pattern say the same of different things. Its terms are stored in the text index
 * and must stay as they are for all years.
 */
export function patternOf({ source, type, node, summary }: Patterned): Pattern {
  const text = maskedSummary(summary, node);
  const parts = [source, type, text];
  return { text, term: `xp${hashOf(parts)}`, nodeTerm: `xq${hashOf([...parts, node ?? ''])}` };
}

function maskName(text: string, name: string): string {
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'), '#');
}

/** Digits only: a stem of them is the same. */
function hashOf(parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return String(parseInt(digest.slice(0, HASH_DIGITS), 16));
}
