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

/** Turns whatever was thrown into one problem document; the only place that writes an error answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const problem = toProblem(error);
    if (problem.status >= 500 && !isRefusal(problem))
      this.report(problem, http.getRequest<Request>(), response);
    // Half of an answer is out, or nobody is there to take one: then there is nothing to say.
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
 * Whether nothing is wrong but that too much is asked for at once: the line of the request says so, and one more for
 * each would let a flood of requests become a flood of stacks in the log.
 */
function isRefusal({ retryAfterSeconds, cause }: ProblemError): boolean {
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
  // Nest repeats the address of a request for which there is no route: its query may hold what is no one's business.
  return new ProblemError(CODE_BY_STATUS[status] ?? 'malformed_request', message.replace(/\?.*/s, ''));
}

/** The code of the problem that a request was answered with; undefined where it was none. */
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
