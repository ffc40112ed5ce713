import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';

/** Says that the caller has left before the answer: nobody waits for it any more. */
export function signalOf(response: Response): AbortSignal {
  const abort = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) abort.abort(callerGone());
  });
  return abort.signal;
}

export const CallerSignal = createParamDecorator<unknown, AbortSignal>((_, context: ExecutionContext) =>
  signalOf(context.switchToHttp().getResponse<Response>()),
);

export function callerGone(): ProblemError {
  return new ProblemError('malformed_request', 'The connection was closed.');
}
