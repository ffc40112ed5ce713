import type { NextFunction, RequestHandler } from 'express';

/**
 * Several Express middleware as one: for each that it is given, Express itself matches the path again and takes it
 * apart, which costs more than most of them do. What one of them throws goes the way of all errors, also when it was
 * called after waiting, where Express would not see it.
 */
export function inSequence(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    const step = (index: number): void => {
      const handler = handlers[index];
      if (!handler) {
        next();
        return;
      }
      const proceed = (error?: unknown): void => {
        if (error === undefined) step(index + 1);
        else next(error);
      };
      try {
        void handler(request, response, proceed as NextFunction);
      } catch (error) {
        next(error);
      }
    };
    step(0);
  };
}
