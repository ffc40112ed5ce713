import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { ProblemError } from '../common/problem/problem.error.js';
import type { Caller } from './jwt.strategy.js';
import { IS_PUBLIC } from './public.decorator.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Asks for a valid token on every route that is not `@Public()`. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly verified: VerifiedTokens,
  ) {
    super();
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const known = this.verified.find(request.headers.authorization ?? '');
    if (!known) return this.verify(context, request);
    request.user = known;
    return true;
  }

  /** @throws ProblemError `unauthorized`, which says no more than that the token is missing, over or not valid. */
  override handleRequest<Caller>(error: Error | null, caller: Caller | false, info: unknown): Caller {
    if (error) throw error;
    if (caller) return caller;
    throw new ProblemError('unauthorized', reasonOf(info));
  }

  private async verify(context: ExecutionContext, request: Request): Promise<boolean> {
    await super.canActivate(context);
    this.verified.add(request.headers.authorization ?? '', request.user as Caller);
    return true;
  }
}

function reasonOf(info: unknown): string {
  const name = info instanceof Error ? info.name : '';
  if (name === 'TokenExpiredError') return 'The token has expired; log in again.';
  if (info instanceof Error && info.message === 'No auth token')
    return 'The request carries no Bearer token.';
  return 'The token is not valid.';
}
