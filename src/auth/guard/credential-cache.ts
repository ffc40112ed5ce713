import { Injectable } from '@nestjs/common';
import type { Role } from '../roles.js';
import { ProblemError } from '../../problems/problem.error.js';
import { Changes } from '../../database/index.js';
import { ACCESS } from './access.topic.js';
import type { Caller } from './caller.js';
import { digestOf } from '../api-keys/api-key.js';
import type { ApiKeyEntity } from '../api-keys/api-key.entity.js';
import { KeysService } from '../api-keys/keys.service.js';
import { RevokedTokensService } from '../tokens/revoked-tokens.service.js';

/** The tables as they were at a version. */
interface Copy {
  readonly version: string;
  readonly callers: ReadonlyMap<string, Caller>;
  readonly revoked: ReadonlySet<string>;
}

interface Renewal {
  /** Taken before the tables are read, so that the copy can be newer than its version and never older. */
  readonly version: string | undefined;
  readonly done: Promise<void>;
}

/**
 * The API keys and the revoked tokens, as a copy in memory, so that no request waits for a query to be let in. It is
 * renewed by the first request after the tables have changed, by whatever program. Where they cannot be read, the
 * revoked tokens that were known stay revoked; API keys are not let in on the word of an old copy.
 */
@Injectable()
export class CredentialCache {
  private copy: Copy | undefined;
  private renewing: Renewal | undefined;
  private failure: ProblemError | undefined;

  constructor(
    private readonly keys: KeysService,
    private readonly tokens: RevokedTokensService,
    private readonly changes: Changes,
  ) {}

  /** To be awaited before the records are asked; nothing where they are current already. Never rejects. */
  renewal(): Promise<void> | undefined {
    const version = this.currentVersion();
    return this.isCurrent(version) ? undefined : this.renewFor(version);
  }

  isRevoked(tokenId: string): boolean {
    return this.copy?.revoked.has(tokenId) ?? false;
  }

  /**
   * Whose key it is, also where it has ended.
   * @throws ProblemError `database_unavailable` or `database_busy` where the keys cannot be read.
   */
  ownerOf(key: string): Caller | undefined {
    if (this.failure !== undefined) throw this.failure;
    return this.copy?.callers.get(digestOf(key));
  }

  /** One renewal serves all that came before it began; whoever comes later waits for the next one. */
  private async renewFor(version: string | undefined): Promise<void> {
    if (this.renewing && this.renewing.version !== version) await this.renewing.done;
    if (this.isCurrent(version)) return;
    this.renewing ??= { version, done: this.renew(version) };
    await this.renewing.done;
  }

  private async renew(version: string | undefined): Promise<void> {
    try {
      const [rows, ids] = await Promise.all([this.keys.getRows(), this.tokens.getIds()]);
      const callers = new Map(rows.map((row) => [row.hash, callerOf(row)]));
      this.copy = { version: version ?? '', callers, revoked: new Set(ids) };
      this.failure = undefined;
    } catch (error) {
      this.failure = error instanceof ProblemError ? error : unreadable(error);
    } finally {
      this.renewing = undefined;
    }
  }

  private isCurrent(version: string | undefined): boolean {
    return version !== undefined && version === this.copy?.version && this.failure === undefined;
  }

  private currentVersion(): string | undefined {
    try {
      return this.changes.versionOf(ACCESS);
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

function unreadable(cause: unknown): ProblemError {
  return new ProblemError('database_unavailable', 'The API keys cannot be read.', { cause });
}
