import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ProblemError } from '../common/problem/problem.error.js';
import { IS_PUBLIC } from './public.decorator.js';

/** Asks for a valid token on every route that is not `@Public()`. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(
    context: ExecutionContext,
  ): ReturnType<InstanceType<ReturnType<typeof AuthGuard>>['canActivate']> {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets) ? true : super.canActivate(context);
  }

  /** @throws ProblemError `unauthorized`, which says no more than that the token is missing, over or not valid. */
  override handleRequest<Caller>(error: Error | null, caller: Caller | false, info: unknown): Caller {
    if (error) throw error;
    if (caller) return caller;
    throw new ProblemError('unauthorized', reasonOf(info));
  }
}

function reasonOf(info: unknown): string {
  const name = info instanceof Error ? info.name : '';
  if (name === 'TokenExpiredError') return 'The token has expired; log in again.';
  if (info instanceof Error && info.message === 'No auth token')
    return 'The request carries no Bearer token.';
  return 'The token is not valid.';
}
