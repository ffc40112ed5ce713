import { Injectable, Logger } from '@nestjs/common';
import { Authenticator, requireRole } from '../../auth/index.js';
import { READERS } from '../../auth/roles.js';
import type { ProblemCode } from '../../problems/catalogue.js';
import { describeError } from '../../problems/described-error.js';
import { ProblemError } from '../../problems/problem.error.js';

/** The texts of the first backend: its dashboard asks for the password anew where one has the word "token". */
const NO_CREDENTIAL = 'Authentication required';
const BAD_CREDENTIAL = 'Invalid or expired token';
const FAULT = 'Something went wrong inside the service.';

/** What a client of Socket.IO is told, in `connect_error`. */
export type Refusal = Error & { data?: { readonly code: ProblemCode } };

/** Decides who may listen: whoever may read the lists. */
@Injectable()
export class SocketAccess {
  private readonly logger = new Logger('Socket.IO');

  constructor(private readonly authenticator: Authenticator) {}

  /**
   * @param credential `auth.token` of the client: a token or an API key.
   * @returns undefined where it may listen.
   */
  async refusalOf(credential: unknown): Promise<Refusal | undefined> {
    if (typeof credential !== 'string' || credential === '') return refusal(NO_CREDENTIAL, 'unauthorized');
    try {
      requireRole(await this.authenticator.callerWith(credential), READERS);
      return undefined;
    } catch (error) {
      return this.toRefusal(error);
    }
  }

  private toRefusal(error: unknown): Refusal {
    if (error instanceof ProblemError) {
      return refusal(error.code === 'unauthorized' ? BAD_CREDENTIAL : error.message, error.code);
    }
    const { message, stack } = describeError(error);
    this.logger.error(message, stack);
    return refusal(FAULT, 'internal_error');
  }
}

function refusal(message: string, code: ProblemCode): Refusal {
  return Object.assign(new Error(message), { data: { code } });
}
