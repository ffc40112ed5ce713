import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ANSWERED } from './body/index.js';
import { describeError } from '../problems/described-error.js';
import { requestIdOf } from './middleware/request-id.js';
import type { ProblemCode } from '../problems/catalogue.js';
import { PROBLEM_TYPE, problemDocument } from '../problems/problem.document.js';
import { ProblemError } from '../problems/problem.error.js';

const CODE_BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthorized',
  404: 'not_found',
  408: 'request_timeout',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
  431: 'headers_too_large',
};

/** Maps every thrown error to a problem document; the only place that writes error answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const problem = toProblem(error);
    if (problem.status >= 500 && !isOverload(problem))
      this.report(problem, http.getRequest<Request>(), response);
    // The answer has begun, or the connection is closed: then no problem can be sent.
    if (response.headersSent || !response.socket?.writable) response.destroy();
    else send(problem, response);
    response.emit(ANSWERED);
  }

  private report(problem: ProblemError, request: Request, response: Response): void {
    const { message, stack } = describeError(problem.cause ?? problem);
    const where = `${request.method} ${request.path} ${requestIdOf(response)}`;
    this.logger.error(`${problem.code}: ${message} (${where})`, stack);
  }
}

/**
 * Whether the problem only signals overload: it is in the line of the request, and logging each would let a flood of
 * requests become a flood of stacks in the log.
 */
function isOverload({ retryAfterSeconds, cause }: ProblemError): boolean {
  return retryAfterSeconds !== undefined && cause === undefined;
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof HttpException) {
    return fromStatus(error.getStatus(), error.message, error);
  }
  return new ProblemError('internal_error', 'Something went wrong inside the service.', { cause: error });
}

function fromStatus(status: number, message: string, cause: Error): ProblemError {
  if (status >= 500) {
    return new ProblemError('internal_error', 'Something went wrong inside the service.', { cause });
  }
  // Nest repeats the URL of a request without a route: its query may hold private data.
  return new ProblemError(CODE_BY_STATUS[status] ?? 'malformed_request', message.replace(/\?.*/s, ''));
}

/** The problem code of a response; undefined where it was none. */
export function problemOf({ locals }: Response): ProblemCode | undefined {
  return locals['problem'] as ProblemCode | undefined;
}

function send(problem: ProblemError, response: Response): void {
  response.locals['problem'] = problem.code;
  response.removeHeader('ETag');
  response.setHeader('Cache-Control', 'no-store');
  if (problem.retryAfterSeconds !== undefined) response.setHeader('Retry-After', problem.retryAfterSeconds);
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="jarvis-memory"');
  response
    .status(problem.status)
    .type(PROBLEM_TYPE)
    .send(problemDocument(problem, requestIdOf(response)));
}
