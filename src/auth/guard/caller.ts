import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Role } from '../roles.js';

/** The name of the owner in tokens and in the log. */
export const OWNER = 'owner';

/** The authenticated sender of a request; on `request.user`. */
export interface Caller {
  /** `owner` for a token, else the name of the API key. For display only: names are not unique. */
  readonly name: string;
  readonly role: Role;
  /** When the credential expires, in milliseconds since 1970; `Infinity` for never. */
  readonly expiresAt: number;
  /** The id by which a token is revoked; API keys have none. */
  readonly tokenId?: string;
  /** The id of the API key; tokens have none. */
  readonly keyId?: number;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the way that Express's types are extended.
  namespace Express {
    interface Request {
      /** The caller, where the request carries a valid credential; routes that require one are guarded. */
      user?: Caller;
    }
  }
}

/** The caller of a route with roles. */
export const CurrentCaller = createParamDecorator<unknown, Caller | undefined>(
  (_, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().user,
);
