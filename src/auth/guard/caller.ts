import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Role } from '../roles.js';

/** The owner's name, as their tokens and the log have it. */
export const OWNER = 'owner';

/** Who sent a request, as the credential says that came with it; on `request.user`. */
export interface Caller {
  /** `owner` for a token of the owner, else the name of the API key. For people: two keys may have the same. */
  readonly name: string;
  readonly role: Role;
  /** When the credential ends, in milliseconds since 1970; `Infinity` where it never does. */
  readonly expiresAt: number;
  /** By which a token can be revoked; API keys have none. */
  readonly tokenId?: string;
  /** The id of the API key; tokens have none. */
  readonly keyId?: number;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the way that Express's types are extended.
  namespace Express {
    interface Request {
      /** Who calls, where a valid credential came with the request. The guard asks for one, not this. */
      user?: Caller;
    }
  }
}

/** The caller of a route that names its roles. */
export const CurrentCaller = createParamDecorator<unknown, Caller | undefined>(
  (_, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().user,
);
