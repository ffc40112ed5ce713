import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport';
import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';

/** The passport strategy for both credentials of this service: a token or an API key, in either header. */
@Injectable()
export class CredentialStrategy extends PassportStrategy(Strategy, 'credential') {
  constructor(private readonly authenticator: Authenticator) {
    super();
  }

  override authenticate(request: Request): void {
    try {
      this.success(this.validate(request));
    } catch (error) {
      this.error(error);
    }
  }

  /** @throws ProblemError; see `Authenticator.refusalOf`. */
  validate(request: Request): Caller {
    if (request.user) return request.user;
    throw this.authenticator.refusalOf(request);
  }
}
