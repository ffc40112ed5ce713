import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { ProblemError } from '../../problems/problem.error.js';
import { atStart } from '../secrets/at-start.js';
import type { SecretStore, StoredSecret } from '../secrets/secret-store.js';
import {
  applyVariable,
  formatPassword,
  nextGeneration,
  passwordIn,
  type StoredPassword,
} from './stored-password.js';

/** The random bytes of a generated password. */
const GENERATED_BYTES = 18;
const REFUSED_DETAIL = 'The database cannot be used, and no password is kept beside it; nothing was changed.';

const log = new Logger('Login');

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
    private readonly store: SecretStore,
    /** What the store held when it was last read or written here. */
    private persisted: StoredPassword | undefined,
    private current: Current,
    /** Whether it could not be read: then it is not replaced unasked, because the owner may want to recover it. */
    private readonly isUnreadable: boolean,
  ) {}

  /** @param variable the `JARVIS_PASSWORD` of this start. */
  static async load(variable: string | undefined, store: SecretStore): Promise<Password> {
    const stored = await atStart(store, () => store.read()).catch((): StoredSecret => ({
      state: 'unreadable',
    }));
    const previous = passwordIn(stored);
    const current = (await applyVariable(previous, variable)) ?? (await generatePassword(previous));
    return new Password(store, previous, current, stored.state === 'unreadable');
  }

  /** The password in plain text, where this process generated it. */
  get generated(): string | undefined {
    return this.current.generated;
  }

  /** The generation of valid tokens. It increases when any process changes the password. */
  get generation(): number {
    const changed = this.store.readIfChanged();
    if (changed) this.adoptNewer(changed);
    return this.current.generation;
  }

  /**
   * Reads the store anew.
   * @throws ProblemError where the database cannot be read; the password stays as it is known.
   */
  async refresh(): Promise<void> {
    this.adoptNewer(await this.store.read());
  }

  /**
   * Verifies a password in constant time.
   * @returns its generation, which may have ended when this resolves; undefined where the password is wrong.
   */
  async generationOf(candidate: string): Promise<number | undefined> {
    // While the database is down the owner can log in all the same, to see why.
    await this.refresh().catch(() => undefined);
    const { hash, generation } = this.current;
    return (await verify(hash, candidate)) ? generation : undefined;
  }

  /** Whether the password is right. */
  async matches(candidate: string): Promise<boolean> {
    return (await this.generationOf(candidate)) !== undefined;
  }

  /**
   * Changes the password; durable when it resolves.
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
      const found = await this.store.read();
      return !this.adoptNewer(found) && this.write(changed, found);
    });
  }

  /**
   * Stores the password that this start has generated or read from the environment. Called once the service listens
   * and the owner has seen a generated password: a start that fails before leaves the store unchanged, and the next
   * one repeats this.
   */
  persist(): Promise<void> {
    return this.runExclusive(async () => {
      if (this.current === this.persisted) return;
      const shown = this.current;
      try {
        const found = await this.store.read();
        if (!this.adoptNewer(found)) {
          if (this.isUnreadable || this.isRefused) throw new Error('It is not to be kept here.');
          await this.write(this.current, found);
        }
      } catch {
        log.warn(
          'The password cannot be kept with the database: all tokens, and a password that was made, end with this process.',
        );
      }
      if (shown.generated !== undefined && shown.hash !== this.current.hash) {
        log.warn('Another process has set a password meanwhile: the one that was shown is not valid.');
      }
    });
  }

  /** Whether the database was refused and may belong to another service: then nothing is created beside it. */
  private get isRefused(): boolean {
    return !this.store.mayCreate && this.persisted === undefined;
  }

  /** @returns whether it is stored; where another instance was faster, its password is adopted instead. */
  private async write(next: StoredPassword, found: StoredSecret): Promise<boolean> {
    const text = formatPassword(next);
    const secret = await this.store.write(text, found);
    if (secret !== text) {
      this.adoptNewer({ state: 'kept', secret });
      return false;
    }
    this.current = this.persisted = next;
    return true;
  }

  /**
   * Adopts a password that another process has written.
   * @returns whether there was one.
   */
  private adoptNewer(found: StoredSecret): boolean {
    const stored = passwordIn(found);
    if (!stored || isSamePassword(stored, this.persisted)) return false;
    if (isSamePassword(stored, this.current)) {
      // A write that failed may be durable all the same.
      this.persisted = this.current;
      return true;
    }
    const merged = this.merge(stored);
    const isComplete = merged.generation === stored.generation && merged.variable === stored.variable;
    this.current = merged;
    this.persisted = isComplete ? merged : stored;
    if (!isComplete) this.complete(stored);
    return true;
  }

  /**
   * The password of another process with what that process could not know. Instances know the variable that they
   * took; the command line knows at most one that was stored before. A generation that was never stored ends unseen: of
   * instances that start at once, the later one does not end the tokens of the first.
   */
  private merge(stored: StoredPassword): StoredPassword {
    const { hash, generation, variable } = this.current;
    const above = stored.hash === hash ? generation : (this.persisted?.generation ?? 0) + 1;
    const isKnown = this.current === this.persisted || stored.hash === stored.variable;
    return {
      hash: stored.hash,
      generation: Math.max(above, stored.generation),
      variable: isKnown && stored.variable !== undefined ? stored.variable : variable,
      own: stored.own,
    };
  }

  /** Stores what was added to the password of another process. Where this fails, the next start repeats it. */
  private complete(stored: StoredPassword): void {
    void this.runExclusive(async () => {
      const found = await this.store.read();
      if (isSamePassword(stored, passwordIn(found))) await this.write(this.current, found);
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
