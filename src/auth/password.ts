import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { hash, verify, verifySync } from '@node-rs/argon2';
import type { Environment } from '../config/index.js';
import {
  findPassword,
  keepPassword,
  nextGeneration,
  passwordFile,
  type FoundPassword,
  type KeptPassword,
} from './kept-password.js';
import { WatchedFile } from './watched-file.js';

/** Bytes of randomness in a password that the service makes. */
const GENERATED_BYTES = 18;

/** The password as it is now. */
interface Current {
  readonly hash: string;
  readonly generation: number;
  /** In clear, in the one process that made it. */
  readonly generated?: string;
}

/** `JARVIS_PASSWORD`, where it is set. */
interface Variable {
  readonly text: string;
  readonly hash: string;
}

/**
 * The password of the owner, known only as an argon2id hash (RFC 9106): of `JARVIS_PASSWORD`, of a random one that is
 * made on the first start and shown once, or of the one to which either was changed.
 */
export class Password {
  private readonly watched: WatchedFile;
  private changing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly variable: Variable | undefined,
    private current: Current,
    /** False where what is kept cannot be read: it may be what the owner wants back. */
    private readonly mayKeep: boolean,
  ) {
    this.watched = new WatchedFile(file);
  }

  static async load({ DB_PATH, JARVIS_PASSWORD: text }: Environment): Promise<Password> {
    const file = passwordFile(DB_PATH);
    const variable = text === undefined ? undefined : { text, hash: await hash(text) };
    const found = findPassword(file);
    const first = variable
      ? { hash: variable.hash, generation: found.state === 'unreadable' ? nextGeneration() : 0 }
      : await keptOrMade(found);
    const password = new Password(file, variable, first, found.state !== 'unreadable');
    password.adopt();
    await password.changing;
    return password;
  }

  /** The password in clear, where this process made it. */
  get generated(): string | undefined {
    return this.current.generated;
  }

  /** Which tokens hold: those of this generation. It rises when the password is changed, by whatever process. */
  get generation(): number {
    this.notice();
    return this.current.generation;
  }

  /**
   * Takes the same time whether the password is right or wrong.
   * @returns the generation whose password it is, which may be over when this resolves; nothing where it is wrong.
   */
  async generationOf(candidate: string): Promise<number | undefined> {
    this.notice();
    const { hash, generation } = this.current;
    return (await verify(hash, candidate)) ? generation : undefined;
  }

  /** Whether it is the password. */
  async matches(candidate: string): Promise<boolean> {
    return (await this.generationOf(candidate)) !== undefined;
  }

  /**
   * Changes the password; on disk when it resolves.
   * @returns false, with nothing changed, where `current` is not the password.
   * @throws where the new one cannot be kept; nothing has changed then either.
   */
  change(current: string, next: string): Promise<boolean> {
    return this.oneAtATime(async () => {
      if (!(await this.matches(current))) return false;
      const generation = nextGeneration(this.current.generation);
      const changed = { hash: await hash(next), generation };
      await keepPassword(this.file, { ...changed, replaces: this.replaced });
      this.current = changed;
      return true;
    });
  }

  /** Keeps a password that was made here for the next start; to be called once its owner has seen it. */
  keepGenerated(): Promise<void> {
    return this.oneAtATime(async () => {
      const { generated, ...made } = this.current;
      if (generated === undefined) return;
      try {
        if (!this.mayKeep) throw new Error('unreadable');
        await keepPassword(this.file, { ...made, replaces: null });
      } catch {
        new Logger('Login').warn(
          'The password cannot be kept beside the database: the next start makes another.',
        );
      }
    });
  }

  private get replaced(): string | null {
    return this.variable?.hash ?? null;
  }

  private notice(): void {
    if (this.watched.hasChanged()) this.adopt();
  }

  /** Takes over what is kept, if anything is: its generation in any case, itself where it holds. */
  private adopt(): void {
    const found = findPassword(this.file);
    if (found.state !== 'kept') return;
    const { variable } = this;
    const { hash, generation, replaces } = found.password;
    if (replaces === undefined) this.complete(found.password);
    const holds = variable === undefined || hasReplaced(variable, replaces);
    const adopted = { hash: holds ? hash : variable.hash, generation };
    if (adopted.hash !== this.current.hash || generation !== this.current.generation) this.current = adopted;
  }

  /** Adds to a password of the command line what that could not know. Left undone, the next start does it. */
  private complete(kept: KeptPassword): void {
    void this.oneAtATime(async () => {
      const found = findPassword(this.file);
      if (found.state !== 'kept' || found.password.hash !== kept.hash) return;
      await keepPassword(this.file, { ...kept, replaces: this.replaced });
    }).catch(() => undefined);
  }

  private oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const run = this.changing.then(work);
    this.changing = run.catch(() => undefined);
    return run;
  }
}

async function keptOrMade(found: FoundPassword): Promise<Current> {
  if (found.state === 'kept') return found.password;
  const generated = randomBytes(GENERATED_BYTES).toString('base64url');
  return { hash: await hash(generated), generation: nextGeneration(), generated };
}

/** Whether the variable is still the one that a kept password replaced. */
function hasReplaced(variable: Variable, replaces: string | null | undefined): boolean {
  if (replaces === undefined || replaces === variable.hash) return true;
  return replaces !== null && verifySync(replaces, variable.text);
}
