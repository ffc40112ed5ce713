import { Logger } from '@nestjs/common';
import { Observable, Subscriber, type Observer, type Subscription } from 'rxjs';
import { describeError } from '../problems/described-error.js';

interface Listener<T> {
  readonly next?: ((value: T) => void) | null | undefined;
  readonly error?: ((error: unknown) => void) | null | undefined;
  readonly complete?: (() => void) | null | undefined;
}

const log = new Logger('Live');

/**
 * An observable whose listeners harm nobody by what they throw: it is logged. RxJS itself would throw what nobody catches,
 * and end the process. What operators make of it is guarded as well.
 */
export function guard<T>(source: Observable<T>): Observable<T> {
  const guarded = new Observable<T>((subscriber) => source.subscribe(subscriber));
  const pipe = guarded.pipe.bind(guarded) as (...operators: readonly unknown[]) => Observable<unknown>;
  return Object.assign(guarded, {
    subscribe(
      next?: Listener<T> | Listener<T>['next'],
      error?: Listener<T>['error'],
      complete?: Listener<T>['complete'],
    ): Subscription {
      // Between operators RxJS passes on what is thrown.
      if (next instanceof Subscriber) return source.subscribe(next);
      const listener = typeof next === 'object' && next ? next : { next, error, complete };
      return source.subscribe(guardedListener(listener));
    },
    pipe: (...operators: readonly unknown[]) => guard(pipe(...operators)),
  });
}

function guardedListener<T>(listener: Listener<T>): Observer<T> {
  return {
    next: (value) => {
      attempt(() => listener.next?.(value));
    },
    error: (reason: unknown) => {
      attempt(() => {
        if (!listener.error) throw reason;
        listener.error(reason);
      });
    },
    complete: () => {
      attempt(() => listener.complete?.());
    },
  };
}

function attempt(call: () => void): void {
  try {
    call();
  } catch (error) {
    const { message, stack } = describeError(error);
    log.error(`Somebody who follows the changes failed: ${message}`, stack);
  }
}
