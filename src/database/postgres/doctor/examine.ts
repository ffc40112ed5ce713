import { setTimeout as sleep } from 'node:timers/promises';
import { NO_LOG, type PostgresOptions } from '../../database.options.js';
import { broken, limit, untold, type Finding, type Level } from '../../finding.js';
import { acceptedOptions } from '../connection/accepted-options.js';
import { isConnectionLost } from '../connection/errors.js';
import { describeConnectionFailure } from './connection-failure.js';
import { checkDurability, checkReplicas } from './durability.js';
import { checkCollation, compareClocks, countConnections, measureCommits } from './measures.js';
import { checkNotifications } from './notifications.js';
import { checkPooler, type Between } from './pooler.js';
import { withScratchTable } from './scratch.js';
import { checkMemory, checkRights, checkVersion, checkWritable } from './server.js';
import { Session } from './session.js';
import { checkAdvisoryLocks, checkIsolation, checkRowLocks } from './transactions.js';

const MAX_MS = 9500;
const STATEMENT_TIMEOUT_MS = 2000;
const SESSIONS = 2;

/** What a server can do, shown with two sessions. It changes nothing, and ends within ten seconds. Never throws. */
export async function examineServer(postgres: PostgresOptions): Promise<Finding[]> {
  const examination = new Examination({ ...postgres, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  const outcome = await Promise.race([
    examination.run().catch((error: unknown) => error),
    sleep(MAX_MS, 'too long', { ref: false }),
  ]);
  if (outcome !== undefined) examination.note(await examination.failure(outcome));
  return examination.findings;
}

class Examination {
  readonly findings: Finding[] = [];
  private sessions: Session[] = [];

  constructor(private readonly server: PostgresOptions) {}

  async run(): Promise<void> {
    try {
      const accepted = await acceptedOptions(this.server, NO_LOG);
      const [one, other] = [await this.open(accepted), await this.open(accepted)];
      await this.add('server', () => checkVersion(one));
      const writing = await this.add('writing', () => checkWritable(one));
      await this.add('memory', () => checkMemory(one));
      const rights = await this.add('rights', () => checkRights(one));
      const between = await this.checkBetween(one, other, accepted.isTimeoutRefused ?? false);
      if (between === 'statements') return;
      if ([writing, rights].every(({ level }) => level !== 'broken')) await this.write(one, other);
      await this.add('advisory locks', () => checkAdvisoryLocks(one, other));
      if (between === 'transactions') this.note(limit('notifications', NOT_TRIED, POLLING));
      else await this.add('notifications', () => checkNotifications(one, other));
      await this.readMore(one);
    } finally {
      await Promise.all(this.sessions.map((session) => session.close()));
    }
  }

  note(finding: Finding): void {
    this.findings.push(finding);
  }

  /** What it means that the examination ended early. */
  async failure(outcome: unknown): Promise<Finding> {
    if (this.findings.length > 0 || outcome === 'too long') return broken('server', STOPPED);
    return describeConnectionFailure(this.server, outcome);
  }

  /** @throws the error of a connection that is lost: there is nothing more to ask. */
  private async add(
    subject: string,
    probe: () => Promise<Finding>,
    level: Level = 'limit',
  ): Promise<Finding> {
    const finding = await probe().catch((error: unknown) => {
      if (isConnectionLost(error)) throw error;
      return untold(subject, error, level);
    });
    this.note(finding);
    return finding;
  }

  private async open(server: PostgresOptions): Promise<Session> {
    const session = await Session.open(server);
    this.sessions.push(session);
    return session;
  }

  /** @returns for how long a session has a connection of its own. */
  private async checkBetween(
    one: Session,
    other: Session,
    isTimeoutRefused: boolean,
  ): Promise<Between['mode']> {
    let mode: Between['mode'] = 'session';
    await this.add('pooler', async () => {
      const between = await checkPooler(one, other, isTimeoutRefused);
      mode = between.mode;
      return between.finding;
    });
    return mode;
  }

  private async write(one: Session, other: Session): Promise<void> {
    try {
      await withScratchTable(one, async (table) => {
        for (const finding of await checkIsolation(one, other, table)) this.note(finding);
        await this.add('row locks', () => checkRowLocks(one, other, table), 'broken');
        await this.add('commits', () => measureCommits(one, table), 'broken');
      });
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      this.note(untold('writing', error, 'broken'));
    }
  }

  private async readMore(session: Session): Promise<void> {
    await this.add('collation', () => checkCollation(session), 'broken');
    await this.add('durability', () => checkDurability(session));
    await this.add('replicas', () => checkReplicas(session));
    await this.add('clocks', () => compareClocks(session));
    await this.add('connections', () => countConnections(session, this.server, SESSIONS));
  }
}

const STOPPED = 'It stopped answering in the middle, or takes longer than ten seconds.';
const NOT_TRIED = 'Not through a pooler that shares connections.';
const POLLING = 'What other instances write is noticed by asking every half second.';
