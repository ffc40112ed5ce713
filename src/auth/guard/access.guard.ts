import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import { ROUTE_ROLES, type Role } from '../roles.js';
import type { Caller } from './caller.js';
import { CredentialStrategy } from './credential.strategy.js';
import { KeysService } from '../api-keys/keys.service.js';
import { IS_PUBLIC } from './public.decorator.js';

/**
 * Stands before every route: it asks for a credential whose role is among those that the route names. A route that
 * names none is open where it says `@Public()`, and else closed to everybody.
 */
@Injectable()
export class AccessGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeysService,
    strategy: CredentialStrategy,
  ) {
    // The strategy itself and not its name: names belong to the process, in which several services may run.
    super({ defaultStrategy: strategy as unknown as string });
  }

  /**
   * Who was authenticated is let in at once; passport, which costs more than all the rest here, says of any other
   * request what is wrong with its credential.
   * @throws ProblemError `unauthorized`, or `forbidden` with the roles that would do.
   */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const roles = this.reflector.get<readonly Role[] | undefined>(ROUTE_ROLES, context.getHandler());
    if (!roles && this.isPublic(context)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    return request.user ? this.admit(request.user, roles) : this.authenticate(context, request, roles);
  }

  private async authenticate(
    context: ExecutionContext,
    request: Request,
    roles: readonly Role[] | undefined,
  ): Promise<boolean> {
    await super.canActivate(context);
    return this.admit(request.user as Caller, roles);
  }

  private isPublic(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets) ?? false;
  }

  private admit(caller: Caller, roles: readonly Role[] = []): boolean {
    if (caller.keyId !== undefined) this.keys.noteUse(caller.keyId);
    if (roles.includes(caller.role)) return true;
    throw new ProblemError('forbidden', `${needOf(roles)} Yours is ${caller.role}.`);
  }
}

function needOf(roles: readonly Role[]): string {
  if (roles.length === 0) return 'This route names no role that may call it.';
  return `This needs the role ${roles.join(' or ')}.`;
}
