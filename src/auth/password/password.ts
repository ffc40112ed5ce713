import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { ProblemError } from '../../problems/problem.error.js';
import type { Environment } from '../../config/index.js';
import {
  adoptPasswordFile,
  readPasswordFile,
  writePasswordFile,
  nextGeneration,
  passwordFile,
  applyVariable,
  type StoredPassword,
} from './password-file.js';
import { WatchedFile } from '../watched-file.js';

/** Bytes of randomness in a password that the service makes. */
const GENERATED_BYTES = 18;
const NOT_BESIDE_IT = 'The database cannot be used, and no password is kept beside it; nothing was changed.';

/** The password as it is now. */
interface Current extends StoredPassword {
  /** In clear, in the one process that made it. */
  readonly generated?: string;
}

/**
 * The password of the owner, known only as an argon2id hash (RFC 9106): of `JARVIS_PASSWORD`, of a random one that is
 * made on the first start and shown once, or of the one to which either was changed.
 */
export class Password {
  private changing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly watched: WatchedFile,
    /** What the file said when it was last read or written here. */
    private inFile: StoredPassword | undefined,
    private current: Current,
    /** Where what is kept cannot be read, it may be what the owner wants back. */
    private readonly isUnreadable: boolean,
    /** Whether the database is refused, and may be that of somebody else: then nothing is made beside it. */
    private readonly isRefused: boolean,
  ) {}

  /** @param isOurs whether a file may be made beside the database. */
  static async load({ DB_PATH, JARVIS_PASSWORD: text }: Environment, isOurs = true): Promise<Password> {
    const isInPlace = !isOurs || (await adoptPasswordFile(DB_PATH));
    // Watched before it is read: the command line may write it while the hashes are computed.
    const watched = new WatchedFile(passwordFile(DB_PATH));
    const found = readPasswordFile(watched.file);
    const kept = found.state === 'kept' ? found.password : undefined;
    const current = (await applyVariable(kept, text)) ?? (await make(kept));
    const isRefused = !isOurs && found.state === 'none';
    return new Password(watched, kept, current, found.state === 'unreadable' || !isInPlace, isRefused);
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
      if (this.isRefused) throw new ProblemError('database_unavailable', NOT_BESIDE_IT);
      const { generation, variable } = this.current;
      const changed = { hash: await hash(next), generation: nextGeneration(generation), variable };
      // Computing the hashes took a while; a password that came into the file meanwhile is not overwritten.
      if (this.adoptNewer()) return false;
      await writePasswordFile(this.watched.file, changed);
      this.current = this.inFile = changed;
      return true;
    });
  }

  /**
   * Keeps what this start has made or noticed; to be called once it serves and the owner has seen a password that was
   * made. A start that ends before leaves the file as it was, and the next one notices the same again.
   */
  keep(): Promise<void> {
    return this.oneAtATime(async () => {
      if (this.current === this.inFile || this.adoptNewer()) return;
      try {
        if (this.isUnreadable || this.isRefused) throw new Error('It is not to be kept here.');
        await writePasswordFile(this.watched.file, this.current);
        this.inFile = this.current;
      } catch {
        new Logger('Login').warn(
          'The password cannot be kept beside the database: all tokens, and a password that was made, end with this process.',
        );
      }
    });
  }

  private notice(): void {
    if (this.watched.hasChanged()) this.adoptNewer();
  }

  /** @returns whether another process has put a password into the file; then that one holds. */
  private adoptNewer(): boolean {
    const found = readPasswordFile(this.watched.file);
    if (found.state !== 'kept' || isSame(found.password, this.inFile)) return false;
    this.inFile = found.password;
    this.adopt(found.password);
    return true;
  }

  /** Takes over the password that another process has put into the file. */
  private adopt(found: StoredPassword): void {
    const { hash, generation, variable, own } = this.current;
    if (found.hash === hash && found.generation === generation) return;
    this.current =
      found.hash === hash
        ? { hash, generation: Math.max(generation, found.generation), variable, own }
        : { hash: found.hash, generation: Math.max(generation + 1, found.generation), variable };
    this.complete(found);
  }

  /** Adds to the file what the other process could not know. Left undone, the next start does it. */
  private complete({ hash, generation }: StoredPassword): void {
    void this.oneAtATime(async () => {
      const found = readPasswordFile(this.watched.file);
      if (found.state !== 'kept' || found.password.hash !== hash || found.password.generation !== generation)
        return;
      await writePasswordFile(this.watched.file, this.current);
      this.inFile = this.current;
    }).catch(() => undefined);
  }

  private oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const run = this.changing.then(work);
    this.changing = run.catch(() => undefined);
    return run;
  }
}

async function make(kept: StoredPassword | undefined): Promise<Current> {
  const generated = randomBytes(GENERATED_BYTES).toString('base64url');
  const generation = nextGeneration(kept?.generation);
  return { hash: await hash(generated), generation, variable: null, generated };
}

function isSame(one: StoredPassword, other: StoredPassword | undefined): boolean {
  return one.hash === other?.hash && one.generation === other.generation;
}
