import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { ROUTE_ROLES, type Role } from '../roles.js';
import type { Caller } from './caller.js';
import { CredentialStrategy } from './credential.strategy.js';
import { KeysService } from '../api-keys/keys.service.js';
import { IS_PUBLIC } from './public.decorator.js';
import { requireRole } from './require-role.js';

/**
 * The global guard: requires a credential whose role is among those of the route. A route without roles is open where
 * it is `@Public()`, and otherwise refused to everyone.
 */
@Injectable()
export class AccessGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeysService,
    strategy: CredentialStrategy,
  ) {
    // The strategy itself and not its name: names are global to the process, in which several services may run.
    super({ defaultStrategy: strategy as unknown as string });
  }

  /**
   * A request that the middleware has authenticated passes without passport, which costs more than the rest of the
   * guard; passport reports what is wrong with the credential of any other request.
   * @throws ProblemError `unauthorized`, or `forbidden` with the required roles.
   */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const roles = this.reflector.get<readonly Role[] | undefined>(ROUTE_ROLES, context.getHandler());
    if (!roles && this.isPublic(context)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    return request.user ? this.authorize(request.user, roles) : this.authenticate(context, request, roles);
  }

  private async authenticate(
    context: ExecutionContext,
    request: Request,
    roles: readonly Role[] | undefined,
  ): Promise<boolean> {
    await super.canActivate(context);
    return this.authorize(request.user as Caller, roles);
  }

  private isPublic(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets) ?? false;
  }

  private authorize(caller: Caller, roles: readonly Role[] = []): boolean {
    if (caller.keyId !== undefined) this.keys.recordUse(caller.keyId);
    requireRole(caller, roles);
    return true;
  }
}
