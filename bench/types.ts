/** One measured value of one contender in one round. A problem makes the whole figure invalid. */
export interface Sample {
  value: number;
  /** Milliseconds, where single requests were timed. */
  p95?: number;
  /** Microseconds of processor time of the server for each request. */
  processor?: number;
  problem?: string;
}

export interface Contender {
  name: string;
  sample: () => Promise<Sample>;
  warmUp?: () => Promise<unknown>;
}

export type Unit = 'req/s' | 'rows/s' | 'ms' | 'MB' | 'KB' | '%' | 'frames';

/** A thing to measure: the contenders take turns, round by round. */
export interface FigurePlan {
  name: string;
  unit: Unit;
  connections?: number;
  contenders: Contender[];
  /** The pairs of which the report shows the ratio, as [numerator, denominator]. */
  ratios: [string, string][];
}

export interface Figure extends Omit<FigurePlan, 'contenders'> {
  samples: Record<string, Sample[]>;
  problems: string[];
}

export interface RequestSpec {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: string;
}

/** A running server with all that a request to it needs. */
export interface Target {
  name: string;
  url: string;
  pid: number;
  headers: Record<string, string>;
}
