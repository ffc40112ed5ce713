import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ProblemError } from '../common/problem/problem.error.js';
import { ROUTE_ROLES, type Role } from '../common/roles.js';
import { Access } from './access.js';
import type { Caller } from './caller.js';
import { KeysService } from './keys/keys.service.js';
import { IS_PUBLIC } from './public.decorator.js';

/**
 * Stands before every route: it asks for a credential whose role is among those that the route names. A route that
 * names none is open where it says `@Public()`, and else closed to everybody.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: Access,
    private readonly keys: KeysService,
  ) {}

  /** @throws ProblemError `unauthorized`, or `forbidden` with the roles that would do. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const roles = this.reflector.get<readonly Role[] | undefined>(ROUTE_ROLES, context.getHandler());
    if (!roles && this.isPublic(context)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const caller = this.access.callerOf(request);
    return caller instanceof Promise
      ? caller.then((found) => this.admit(request, found, roles))
      : this.admit(request, caller, roles);
  }

  private isPublic(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets) ?? false;
  }

  private admit(request: Request, caller: Caller, roles: readonly Role[] = []): boolean {
    request.user = caller;
    if (caller.keyId !== undefined) this.keys.noteUse(caller.keyId);
    if (roles.includes(caller.role)) return true;
    throw new ProblemError('forbidden', `${needOf(roles)} Yours is ${caller.role}.`);
  }
}

function needOf(roles: readonly Role[]): string {
  if (roles.length === 0) return 'This route names no role that may call it.';
  return `This needs the role ${roles.join(' or ')}.`;
}
