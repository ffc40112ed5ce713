import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { SIGNING_KEY } from './signing-key.js';

/** Who calls, as the token says. */
export interface Caller {
  readonly subject: string;
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Claims {
  readonly sub?: unknown;
  readonly exp?: unknown;
}

/** Checks Bearer tokens: HS256 only, and only with an expiry. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(@Inject(SIGNING_KEY) key: KeyObject) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // The type of the option knows no KeyObject, but it is handed to jsonwebtoken as it is.
      secretOrKey: key as unknown as Buffer,
      algorithms: ['HS256'],
    });
  }

  /** @returns false, which refuses the token, where it never ends or names nobody. */
  validate({ sub, exp }: Claims): Caller | false {
    return typeof exp === 'number' && typeof sub === 'string'
      ? { subject: sub, expiresAt: exp * 1000 }
      : false;
  }
}
