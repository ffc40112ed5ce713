import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PROBLEMS, problemType, type ProblemCode } from './catalogue.js';
import { ProblemError } from './problem.error.js';
import { requestIdOf } from '../request-id.js';

const CODE_BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthorized',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
};

/** Turns whatever was thrown into one problem document; the only place that writes an error answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const problem = toProblem(error);
    if (problem.status >= 500) this.report(problem, http.getRequest<Request>(), response);
    if (response.headersSent) response.destroy();
    else send(problem, response);
  }

  private report(problem: ProblemError, request: Request, response: Response): void {
    const cause = problem.cause instanceof Error ? problem.cause : problem;
    const where = `${request.method} ${request.path} ${requestIdOf(response)}`;
    this.logger.error(`${problem.code}: ${cause.message} (${where})`, cause.stack);
  }
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
  return new ProblemError(CODE_BY_STATUS[status] ?? 'malformed_request', message);
}

/** The code of the problem that a request was answered with; undefined where it was none. */
export function problemOf({ locals }: Response): ProblemCode | undefined {
  return locals['problem'] as ProblemCode | undefined;
}

function send(problem: ProblemError, response: Response): void {
  response.locals['problem'] = problem.code;
  for (const header of ['ETag', 'Cache-Control']) response.removeHeader(header);
  if (problem.retryAfterSeconds !== undefined) response.setHeader('Retry-After', problem.retryAfterSeconds);
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="jarvis-memory"');
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: problemType(problem.code),
        title: PROBLEMS[problem.code].title,
        status: problem.status,
        detail: problem.message,
        code: problem.code,
        requestId: requestIdOf(response),
        errors: problem.errors,
      }),
    );
}
