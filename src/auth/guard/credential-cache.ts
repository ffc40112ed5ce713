import { Injectable } from '@nestjs/common';
import type { Role } from '../roles.js';
import { ProblemError } from '../../problems/problem.error.js';
import { Changes } from '../../database/index.js';
import { ACCESS_TOPIC } from './access.topic.js';
import type { Caller } from './caller.js';
import { digestOf } from '../api-keys/api-key.js';
import type { ApiKeyEntity } from '../api-keys/api-key.entity.js';
import { KeysService } from '../api-keys/keys.service.js';
import { Password } from '../password/password.js';
import { RevokedTokensService } from '../tokens/revoked-tokens.service.js';

/** The contents of the tables at a version. */
interface CachedTables {
  readonly version: string;
  readonly callers: ReadonlyMap<string, Caller>;
  readonly revoked: ReadonlySet<string>;
}

interface Refresh {
  /** Taken before the tables are read, so that the contents can be newer than their version, never older. */
  readonly version: string | undefined;
  readonly done: Promise<void>;
}

/**
 * An in-memory cache of the API keys and revoked tokens, so that no request waits for a query to be authenticated.
 * The first request after a change to the tables, by any program, refreshes it, and the password with it. Where the tables cannot be read,
 * known revoked tokens stay revoked, and API keys are refused: a cached key may have been deleted.
 */
@Injectable()
export class CredentialCache {
  private cached: CachedTables | undefined;
  private ongoing: Refresh | undefined;
  private failure: ProblemError | undefined;

  constructor(
    private readonly keys: KeysService,
    private readonly tokens: RevokedTokensService,
    private readonly password: Password,
    private readonly changes: Changes,
  ) {}

  /**
   * Refreshes a stale cache; call and await it before a lookup.
   * @returns undefined where the cache is current. The promise never rejects.
   */
  refreshIfStale(): Promise<void> | undefined {
    const version = this.currentVersion();
    return this.isCurrent(version) ? undefined : this.refreshTo(version);
  }

  isRevoked(tokenId: string): boolean {
    return this.cached?.revoked.has(tokenId) ?? false;
  }

  /**
   * The caller with this key, also where it has expired.
   * @throws ProblemError `database_unavailable` or `database_busy` where the keys cannot be read.
   */
  ownerOf(key: string): Caller | undefined {
    if (this.failure !== undefined) throw this.failure;
    return this.cached?.callers.get(digestOf(key));
  }

  /** One refresh serves all requests that came before it began; later ones wait for the next refresh. */
  private async refreshTo(version: string | undefined): Promise<void> {
    if (this.ongoing && this.ongoing.version !== version) await this.ongoing.done;
    if (this.isCurrent(version)) return;
    this.ongoing ??= { version, done: this.refresh(version) };
    await this.ongoing.done;
  }

  private async refresh(version: string | undefined): Promise<void> {
    try {
      const [rows, ids] = await Promise.all([
        this.keys.getRows(),
        this.tokens.getIds(),
        this.password.refresh(),
      ]);
      const callers = new Map(rows.map((row) => [row.hash, callerOf(row)]));
      this.cached = { version: version ?? '', callers, revoked: new Set(ids) };
      this.failure = undefined;
    } catch (error) {
      this.failure = error instanceof ProblemError ? error : keysUnavailable(error);
    } finally {
      this.ongoing = undefined;
    }
  }

  private isCurrent(version: string | undefined): boolean {
    return version !== undefined && version === this.cached?.version && this.failure === undefined;
  }

  private currentVersion(): string | undefined {
    try {
      return this.changes.versionOf(ACCESS_TOPIC);
    } catch {
      return undefined;
    }
  }
}

function callerOf({ id, name, role, expiresAt }: ApiKeyEntity): Caller {
  return {
    name,
    role: role as Role,
    expiresAt: expiresAt === null ? Infinity : Date.parse(expiresAt),
    keyId: id,
  };
}

function keysUnavailable(cause: unknown): ProblemError {
  return new ProblemError('database_unavailable', 'The API keys cannot be read.', { cause });
}
