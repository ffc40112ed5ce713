import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { ProblemError } from '../../problems/problem.error.js';
import type { Environment } from '../../config/index.js';
import {
  relocatePasswordFile,
  readPasswordFile,
  writePasswordFile,
  nextGeneration,
  passwordFile,
  applyVariable,
  type StoredPassword,
} from './password-file.js';
import { WatchedFile } from '../watched-file.js';

/** The random bytes of a generated password. */
const GENERATED_BYTES = 18;
const REFUSED_DETAIL = 'The database cannot be used, and no password is kept beside it; nothing was changed.';

/** The current password. */
interface Current extends StoredPassword {
  /** In plain text, only in the process that generated it. */
  readonly generated?: string;
}

/**
 * The password of the owner, stored only as an argon2id hash (RFC 9106): of `JARVIS_PASSWORD`, of a random one that
 * is generated on the first start and shown once, or of the one to which either was changed.
 */
export class Password {
  private lastChange: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly watched: WatchedFile,
    /** The contents of the file when it was last read or written here. */
    private persisted: StoredPassword | undefined,
    private current: Current,
    /** Whether the file cannot be read: then it is not replaced, because the owner may want to recover it. */
    private readonly isUnreadable: boolean,
    /** Whether the database was refused and may belong to another service: then no file is created beside it. */
    private readonly isRefused: boolean,
  ) {}

  /** @param isOurs whether a file may be created beside the database. */
  static async load({ DB_PATH, JARVIS_PASSWORD: text }: Environment, isOurs = true): Promise<Password> {
    const isInPlace = !isOurs || (await relocatePasswordFile(DB_PATH));
    // Watched before it is read: the command line may write it while the hashes are being computed.
    const watched = new WatchedFile(passwordFile(DB_PATH));
    const stored = readPasswordFile(watched.file);
    const previous = stored.state === 'kept' ? stored.password : undefined;
    const current = (await applyVariable(previous, text)) ?? (await generatePassword(previous));
    const isRefused = !isOurs && stored.state === 'none';
    return new Password(watched, previous, current, stored.state === 'unreadable' || !isInPlace, isRefused);
  }

  /** The password in plain text, where this process generated it. */
  get generated(): string | undefined {
    return this.current.generated;
  }

  /** The generation of valid tokens. It increases when any process changes the password. */
  get generation(): number {
    this.adoptIfFileChanged();
    return this.current.generation;
  }

  /**
   * Verifies a password in constant time.
   * @returns its generation, which may have ended when this resolves; undefined where the password is wrong.
   */
  async generationOf(candidate: string): Promise<number | undefined> {
    this.adoptIfFileChanged();
    const { hash, generation } = this.current;
    return (await verify(hash, candidate)) ? generation : undefined;
  }

  /** Whether the password is right. */
  async matches(candidate: string): Promise<boolean> {
    return (await this.generationOf(candidate)) !== undefined;
  }

  /**
   * Changes the password; on disk when it resolves.
   * @returns false, with nothing changed, where `current` is wrong.
   * @throws where the new password cannot be stored; nothing is changed then either.
   */
  change(current: string, next: string): Promise<boolean> {
    return this.runExclusive(async () => {
      if (!(await this.matches(current))) return false;
      if (this.isRefused) throw new ProblemError('database_unavailable', REFUSED_DETAIL);
      const { generation, variable } = this.current;
      const changed = { hash: await hash(next), generation: nextGeneration(generation), variable };
      // Computing the hashes takes a while; a password that another process has written meanwhile is not overwritten.
      if (this.adoptNewer()) return false;
      await writePasswordFile(this.watched.file, changed);
      this.current = this.persisted = changed;
      return true;
    });
  }

  /**
   * Stores the password that this start has generated or read from the environment. Called once the service listens
   * and the owner has seen a generated password: a start that fails before leaves the file unchanged, and the next
   * one repeats this.
   */
  persist(): Promise<void> {
    return this.runExclusive(async () => {
      if (this.current === this.persisted || this.adoptNewer()) return;
      try {
        if (this.isUnreadable || this.isRefused) throw new Error('It is not to be kept here.');
        await writePasswordFile(this.watched.file, this.current);
        this.persisted = this.current;
      } catch {
        new Logger('Login').warn(
          'The password cannot be kept beside the database: all tokens, and a password that was made, end with this process.',
        );
      }
    });
  }

  private adoptIfFileChanged(): void {
    if (this.watched.hasChanged()) this.adoptNewer();
  }

  /**
   * Adopts a password that another process has written.
   * @returns whether there was one.
   */
  private adoptNewer(): boolean {
    const stored = readPasswordFile(this.watched.file);
    if (stored.state !== 'kept' || isSamePassword(stored.password, this.persisted)) return false;
    this.persisted = stored.password;
    this.adopt(stored.password);
    return true;
  }

  /** Replaces the current password by the one in the file. */
  private adopt(stored: StoredPassword): void {
    const { hash, generation, variable, own } = this.current;
    if (stored.hash === hash && stored.generation === generation) return;
    this.current =
      stored.hash === hash
        ? { hash, generation: Math.max(generation, stored.generation), variable, own }
        : { hash: stored.hash, generation: Math.max(generation + 1, stored.generation), variable };
    this.completeFile(stored);
  }

  /** Adds the members that the other process could not know. Where this fails, the next start repeats it. */
  private completeFile({ hash, generation }: StoredPassword): void {
    void this.runExclusive(async () => {
      const stored = readPasswordFile(this.watched.file);
      if (
        stored.state !== 'kept' ||
        stored.password.hash !== hash ||
        stored.password.generation !== generation
      )
        return;
      await writePasswordFile(this.watched.file, this.current);
      this.persisted = this.current;
    }).catch(() => undefined);
  }

  private runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.lastChange.then(work);
    this.lastChange = run.catch(() => undefined);
    return run;
  }
}

async function generatePassword(previous: StoredPassword | undefined): Promise<Current> {
  const generated = randomBytes(GENERATED_BYTES).toString('base64url');
  const generation = nextGeneration(previous?.generation);
  return { hash: await hash(generated), generation, variable: null, generated };
}

function isSamePassword(one: StoredPassword, other: StoredPassword | undefined): boolean {
  return one.hash === other?.hash && one.generation === other.generation;
}
