import type { RequestHandler } from 'express';

/**
 * Several Express middleware as one: for each that it is given, Express itself matches the path again and takes it
 * apart, which costs more than most of them do.
 */
export function inSequence(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    const step = (index: number): void => {
      const handler = handlers[index];
      if (!handler) next();
      else
        void handler(request, response, (error?: unknown) => {
          if (error === undefined) step(index + 1);
          else next(error);
        });
    };
    step(0);
  };
}
