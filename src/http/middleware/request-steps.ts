import type { Request, RequestHandler, Response } from 'express';

/** Synchronous work on each request before routing. It throws the problem that refuses the request. */
export type RequestStep = (request: Request, response: Response) => void;

/** A step that may be asynchronous; it returns undefined where it is done at once. */
export type AsyncRequestStep = (request: Request, response: Response) => Promise<void> | undefined;

const noAsyncStep: AsyncRequestStep = () => undefined;

/**
 * Combines steps into one Express middleware. Express matches the path again for each middleware, and a chain of
 * `next` callbacks allocates a closure a step and request: together a tenth of what a small request costs.
 * @param asyncStep runs after the steps of `before` and ahead of those of `after`.
 */
export function requestSteps(
  before: readonly RequestStep[],
  asyncStep: AsyncRequestStep = noAsyncStep,
  after: readonly RequestStep[] = [],
): RequestHandler {
  return (request, response, next) => {
    try {
      for (const step of before) step(request, response);
      const pending = asyncStep(request, response);
      if (pending) {
        pending
          .then(() => {
            for (const step of after) step(request, response);
          })
          .then(next, next);
        return;
      }
      for (const step of after) step(request, response);
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
}
