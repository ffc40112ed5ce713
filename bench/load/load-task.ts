import type { RequestSpec, Sample } from '../types.js';

export interface LoadTask {
  url: string;
  headers: Record<string, string>;
  requests: RequestSpec[];
  connections: number;
  /** Either a time or a number of requests. */
  seconds?: number;
  amount?: number;
  /** A conditional GET may be answered 304; anywhere else only 2xx counts. */
  allow304?: boolean;
}

export interface LoadResult extends Sample {
  p95: number;
  p99: number;
  count: number;
}
