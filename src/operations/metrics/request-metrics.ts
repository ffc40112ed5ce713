import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Counter, Histogram } from 'prom-client';
import { PROBLEMS, type ProblemCode } from '../../problems/catalogue.js';
import { isAnswered } from '../../http/adapter/upgrades.js';
import { isEndless } from '../../http/endpoint/event-stream.js';
import { problemOf } from '../../http/problem.filter.js';
import type { RequestStep } from '../../http/middleware/request-steps.js';
import { MetricsRegistry, PREFIX } from './metrics-registry.js';

/** The metrics of one method of one route, with their labels resolved once. */
interface Series {
  readonly duration: Histogram.Internal<string>;
  /** By status. */
  readonly answers: Map<number, Counter.Internal>;
}

/** The route label of a request that matched none. */
const NO_ROUTE = 'none';
/** The methods with a label of their own where no route matches: a caller may send any of Node's 35. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const OTHER_METHOD = 'other';
/** nginx's status for a connection that the client closed before the answer was sent. */
const CALLER_GONE = 499;
/** In seconds: a list from memory takes half a millisecond, a write one sync of the disk. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts every request when it ends. It is on the hot path, so the series are cached by the route object of Express and
 * the method.
 */
@Injectable()
export class RequestMetrics {
  private readonly series = new Map<unknown, Map<string, Series>>();
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly durations: Histogram<'method' | 'route'>;
  private readonly problems: Counter<'code'>;

  constructor(registry: MetricsRegistry) {
    const registers = [registry];
    this.requests = new Counter({
      name: `${PREFIX}http_requests_total`,
      help: `Requests by method, route and status; ${CALLER_GONE}: the caller went away. Route ${NO_ROUTE}: there is no such route, it is a page of the docs, or the request was refused before its route was looked for.`,
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.durations = new Histogram({
      name: `${PREFIX}http_request_duration_seconds`,
      help: 'From the head of a request to the end of its answer, by method and route; not of answers that go on while their clients listen.',
      labelNames: ['method', 'route'],
      buckets: DURATIONS,
      registers,
    });
    this.problems = new Counter({
      name: `${PREFIX}problems_total`,
      help: 'Error answers by the code of their problem document.',
      labelNames: ['code'],
      registers,
    });
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) this.problems.inc({ code }, 0);
  }

  /** Request step; the first one, so that it counts what later steps refuse. */
  readonly observe: RequestStep = (request, response) => {
    const begun = performance.now();
    response.on('close', () => {
      this.count(request, response, (performance.now() - begun) / 1000);
    });
  };

  private count(request: Request, response: Response, seconds: number): void {
    const { duration, answers } = this.seriesOf(request);
    if (!isEndless(response)) duration.observe(seconds);
    const status = isAnswered(response) ? response.statusCode : CALLER_GONE;
    (answers.get(status) ?? this.addStatus(request, answers, status)).inc();
    const code = problemOf(response);
    if (code !== undefined) this.problems.inc({ code });
  }

  private seriesOf(request: Request): Series {
    const route = routeOf(request);
    return this.series.get(route)?.get(request.method) ?? this.addSeries(request, route);
  }

  private addSeries(request: Request, route: unknown): Series {
    const series = {
      duration: this.durations.labels(labelsOf(request)),
      answers: new Map<number, Counter.Internal>(),
    };
    const ofRoute = this.series.get(route) ?? new Map<string, Series>();
    this.series.set(route, ofRoute.set(request.method, series));
    return series;
  }

  private addStatus(request: Request, answers: Series['answers'], status: number): Counter.Internal {
    const child = this.requests.labels({ ...labelsOf(request), status: String(status) });
    answers.set(status, child);
    return child;
  }
}

/** The matched route of Express. */
function routeOf(request: Request): { readonly path: unknown } | undefined {
  return request.route as { readonly path: unknown } | undefined;
}

function labelsOf(request: Request): { method: string; route: string } {
  const path = String(routeOf(request)?.path);
  // Nest handles unmatched requests with a route for `*path`.
  if (path.startsWith('/')) return { method: request.method, route: path };
  return { method: METHODS.has(request.method) ? request.method : OTHER_METHOD, route: NO_ROUTE };
}
