import { gzipSync } from 'node:zlib';
import { LARGE_EVENTS } from './fill.js';
import { sampleEvent } from './samples.js';

/** What a client of ill will, or in error, sends over and over on one connection. */
export interface Attack {
  role: 'reader' | 'ingest' | 'writer';
  method: 'GET' | 'POST';
  path: string;
  body?: Buffer;
  gzip?: boolean;
  /** Bytes of the body after which the client sends no more and keeps the connection. */
  stopsAfter?: number;
  /** The client does not read its answer for so long. */
  unreadMs?: number;
}

const BASE = '/api/memory';
const MEGABYTE = 1_048_576;
const LARGEST_BODY = 16 * MEGABYTE;

const manyValues = wrapped('{"snapshot":{"a":[', '{},', '{}]}}');
/** 16 000 values: large, and nothing to refuse. */
const largeSnapshot = wrapped('{"snapshot":{"lines":[', `"${'a line of a log '.repeat(64)}",`, '""]}}');
const bomb = gzipSync(manyValues, { level: 9 });
const batch = Buffer.from(
  JSON.stringify({ events: Array.from({ length: 1000 }, (_, index) => sampleEvent(index)) }),
);
const largePages = `${BASE}/events?node=${LARGE_EVENTS.node}&limit=100`;
const snapshots = { method: 'POST', path: `${BASE}/snapshots` } as const;

export const ATTACKS = {
  bombOfReader: { ...snapshots, role: 'reader', body: bomb, gzip: true },
  bombOfIngest: { ...snapshots, role: 'ingest', body: bomb, gzip: true },
  manyValues: { ...snapshots, role: 'ingest', body: manyValues },
  largeSnapshot: { ...snapshots, role: 'ingest', body: largeSnapshot },
  unfinished: { ...snapshots, role: 'ingest', body: largeSnapshot, stopsAfter: 15 * MEGABYTE },
  largePage: { method: 'GET', path: largePages, role: 'reader' },
  unreadPage: { method: 'GET', path: largePages, role: 'reader', unreadMs: 5_000 },
  batch: { method: 'POST', path: `${BASE}/events/batch`, role: 'writer', body: batch },
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof ATTACKS;

/** As many parts as fit into the largest body. */
function wrapped(head: string, part: string, tail: string): Buffer {
  const parts = Math.floor((LARGEST_BODY - head.length - tail.length) / part.length);
  return Buffer.from(head + part.repeat(parts) + tail);
}
