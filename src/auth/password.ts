import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import type { Environment } from '../config/index.js';
import { keep, readKept } from './kept-secret.js';

/** A hash in the PHC string format, to its last character: a cut one would lock its owner out. */
const WHOLE_HASH = /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]{22}\$[\w+/]{43}$/;

/** Bytes of randomness in a password that the service makes. */
const GENERATED_BYTES = 18;

/**
 * The password of the owner, known only as an argon2id hash (RFC 9106): of `JARVIS_PASSWORD`, or of a random one
 * that is made on the first start and shown once.
 */
export class Password {
  private constructor(
    private readonly hash: string,
    /** The password in clear, in the one start that made it. */
    readonly generated?: string,
    private readonly file?: string,
  ) {}

  static async load(environment: Environment): Promise<Password> {
    if (environment.JARVIS_PASSWORD !== undefined)
      return new Password(await hash(environment.JARVIS_PASSWORD));
    const file = `${environment.DB_PATH}.password-hash`;
    const known = await readKept(file);
    if (known.state === 'kept' && WHOLE_HASH.test(known.secret)) return new Password(known.secret);
    const password = randomBytes(GENERATED_BYTES).toString('base64url');
    return new Password(await hash(password), password, known.state === 'unreadable' ? undefined : file);
  }

  /** Takes the same time whether the password is right or wrong. */
  matches(candidate: string): Promise<boolean> {
    return verify(this.hash, candidate);
  }

  /** Keeps a password that was made here for the next start; to be called once its owner has seen it. */
  async keepGenerated(): Promise<void> {
    if (this.generated === undefined) return;
    try {
      if (this.file === undefined) throw new Error('unreadable');
      await keep(this.file, this.hash);
    } catch {
      new Logger('Login').warn(
        'The password cannot be kept beside the database: the next start makes another.',
      );
    }
  }
}
