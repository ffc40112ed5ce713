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
  ) {}

  static async load(environment: Environment): Promise<Password> {
    if (environment.JARVIS_PASSWORD !== undefined)
      return new Password(await hash(environment.JARVIS_PASSWORD));
    const file = `${environment.DB_PATH}.password-hash`;
    const known = await readKept(file).catch(() => undefined);
    if (known !== undefined && WHOLE_HASH.test(known)) return new Password(known);
    return Password.generate(file);
  }

  /** Takes the same time whether the password is right or wrong. */
  matches(candidate: string): Promise<boolean> {
    return verify(this.hash, candidate);
  }

  private static async generate(file: string): Promise<Password> {
    const password = randomBytes(GENERATED_BYTES).toString('base64url');
    const hashed = await hash(password);
    await keep(file, hashed).catch(() => {
      new Logger('Login').warn(
        'The password cannot be kept beside the database: the next start makes another.',
      );
    });
    return new Password(hashed, password);
  }
}
