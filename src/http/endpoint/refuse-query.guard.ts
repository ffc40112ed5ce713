import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { invalidInput } from '../../problems/problem.error.js';

/** For routes without query parameters: refuses any, as unknown input is everywhere. */
@Injectable()
export class RefuseQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const names = request.url.includes('?') ? Object.keys(request.query) : [];
    if (names.length === 0) return true;
    throw invalidInput(
      names.map((name) => ({
        field: name.slice(0, 100),
        message: 'is not known; this route takes no parameters',
      })),
    );
  }
}
