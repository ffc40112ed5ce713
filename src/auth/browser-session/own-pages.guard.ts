import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { refuseOtherPages } from './session-cookie.js';

/** Keeps pages of other origins from logging a browser in here, with a credential of their own. */
@Injectable()
export class OwnPagesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return refuseOtherPages(context.switchToHttp().getRequest<Request>());
  }
}
