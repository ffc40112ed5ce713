import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ENVIRONMENT, type Environment } from '../config/index.js';
import { ProblemError } from '../problems/problem.error.js';

/**
 * Refuses requests from pages of an origin that may not call. A browser names the origin with every POST, also where the
 * name of the page was made to lead here (DNS rebinding), so that the name in `Host`, which proxies choose, need not be known.
 */
@Injectable()
export class OriginGuard implements CanActivate {
  constructor(@Inject(ENVIRONMENT) private readonly environment: Environment) {}

  canActivate(context: ExecutionContext): boolean {
    const { origin } = context.switchToHttp().getRequest<Request>().headers;
    if (origin === undefined || this.environment.CORS_ORIGINS.includes(origin)) return true;
    throw new ProblemError(
      'forbidden',
      'Pages of this origin may not call: CORS_ORIGINS names those that may. Programs send no Origin.',
    );
  }
}
