import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport';
import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';

/** Passport's strategy for the credentials of this service: a token or an API key, in either header. */
@Injectable()
export class CredentialStrategy extends PassportStrategy(Strategy, 'credential') {
  constructor(private readonly access: Authenticator) {
    super();
  }

  override authenticate(request: Request): void {
    void this.validate(request).then(
      (caller) => {
        this.success(caller);
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }

  /** @throws ProblemError; see `Authenticator.callerOf`. */
  validate(request: Request): Promise<Caller> {
    return this.access.callerOf(request);
  }
}
