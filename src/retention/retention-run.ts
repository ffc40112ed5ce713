import { Injectable, Logger } from '@nestjs/common';
import { describeError } from '../problems/described-error.js';
import { now } from '../time/time.js';
import { Database, Leases, type Lease } from '../database/index.js';
import { EventsService } from '../events/index.js';
import { forget } from './forget/forget.js';
import { mergeRanges } from './forget/merge-ranges.js';
import type { Group, RetentionClass } from './plan/plan.types.js';
import { RetentionService, type Intention } from './retention.service.js';
import { RetentionSettings, type LastRun } from './retention-settings.js';
import { rulesOf, type RuleTexts } from './rule-texts.js';

const LEASE = 'retention';
const LEASE_MS = 30_000;
const OPTIONS = { allowOnFullDisk: true, takesPosition: true } as const;
const CLASS_OF: Readonly<Record<Group['kind'], RetentionClass>> = {
  snapshot: 'snapshots',
  event: 'events',
  session: 'conversations',
};

type Counts = Record<RetentionClass, number>;

/** Forgets what the rules want, in one of several instances. */
@Injectable()
export class RetentionRun {
  private readonly log = new Logger('Retention');
  private readonly stopping = new AbortController();
  private running: Promise<LastRun | undefined> | undefined;

  constructor(
    private readonly database: Database,
    private readonly retention: RetentionService,
    private readonly settings: RetentionSettings,
    private readonly events: EventsService,
  ) {}

  /**
   * Runs once; a second call waits for the first one.
   * @returns undefined where there are no rules, or another instance runs.
   * @throws the problems of the database.
   */
  run(): Promise<LastRun | undefined> {
    this.running ??= this.runOnce().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Notes what the rules want, where there are any. */
  async look(): Promise<void> {
    if ((await this.retention.outlook()) !== undefined && !this.stopping.signal.aborted)
      await this.retention.look();
  }

  /** Resolves when nothing is forgotten any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => undefined);
  }

  private async runOnce(): Promise<LastRun | undefined> {
    if (this.stopping.signal.aborted || (await this.retention.outlook()) === undefined) return undefined;
    const { rows } = this.database.engine;
    const leases = new Leases(rows.dialect, (work, about, options) =>
      this.database.write(work, about, { ...OPTIONS, ...options }),
    );
    const done: { run?: LastRun } = {};
    await leases.run(LEASE, LEASE_MS, async (lease) => {
      // Planned under the lease: another instance has nothing left to do by an older plan.
      done.run = await this.forgetBy(await this.retention.look(true), lease);
    });
    if (done.run) {
      await this.settings.save('last run', done.run);
      await this.report(done.run);
    }
    return done.run;
  }

  private async forgetBy(intention: Intention, lease: Lease): Promise<LastRun> {
    const forgotten: Counts = { snapshots: 0, events: 0, conversations: 0 };
    const begun = performance.now();
    const at = now();
    const isWhole = await this.forgetAll(intention, lease, forgotten).then(
      () => !this.stopping.signal.aborted,
      (error: unknown) => {
        this.log.warn(`It is gone on with at the next time: ${describeError(error).message}`);
        return false;
      },
    );
    return {
      at,
      durationMs: Math.round(performance.now() - begun),
      forgotten,
      bytesFreed: bytesFreed(intention, forgotten),
      waiting: intention.waiting,
      missingBytes: intention.plan.missingBytes,
      failed: !isWhole,
    };
  }

  private async forgetAll(
    { plan, texts, asOf, waiting }: Intention,
    lease: Lease,
    forgotten: Counts,
  ): Promise<void> {
    const { database, stopping } = this;
    const { conversations = 0 } = rulesOf(texts);
    const conversationsBefore = new Date(Date.parse(asOf) - conversations).toISOString();
    const stillHolds = (): Promise<boolean> => this.retention.stillHolds(texts);
    const forgetting = { database, lease, signal: stopping.signal, conversationsBefore, stillHolds };
    for (const group of plan.groups) {
      const name = CLASS_OF[group.kind];
      if (waiting.includes(name)) continue;
      if (!(await stillHolds())) return;
      forgotten[name] += await forget(group, ruleOf(group, texts), forgetting);
      await lease.write((manager) => mergeRanges(manager, group.kind, database.engine.rows.dialect));
    }
    await this.giveBack(lease);
  }

  /** Gives free space back to the disk, where the engine can. */
  private async giveBack(lease: Lease): Promise<void> {
    const unit = this.database.engine.serving?.giveBack;
    if (!unit) return;
    for (let isMore = true; isMore && !this.stopping.signal.aborted;) isMore = await lease.write(unit);
  }

  /** One event, which nobody has to deal with, where anything was forgotten. */
  private async report({ forgotten, bytesFreed: bytes, durationMs }: LastRun): Promise<void> {
    const counts = Object.entries(forgotten).filter(([, count]) => count > 0);
    if (counts.length === 0) return;
    const told = counts.map(([name, count]) => `${count} ${name === 'conversations' ? 'messages' : name}`);
    const summary = `Retention has forgotten ${told.join(', ')}`;
    try {
      const { id } = await this.events.saveEvent({
        type: 'action',
        severity: 'info',
        source: 'jarvis',
        summary,
        details: { forgotten, bytesFreed: bytes, durationMs },
      });
      await this.events.resolveEvent(id, 'jarvis');
    } catch (error) {
      this.log.warn(`${summary}. ${describeError(error).message}`);
    }
  }
}

/** The share of what was planned that was done. */
function bytesFreed({ plan }: Intention, forgotten: Counts): number {
  const freed = plan.classes.map(({ class: name, goes, bytesFreed: bytes }) =>
    goes > 0 ? (bytes * forgotten[name]) / goes : 0,
  );
  return Math.round(freed.reduce((sum, bytes) => sum + bytes, 0));
}

/** As answers name it. */
function ruleOf({ kind, by, severity }: Group, texts: RuleTexts): string {
  if (by === 'budget') return `budget ${texts.budget ?? ''}`;
  const name = CLASS_OF[kind];
  const text = texts[name] ?? '';
  const part = severity === undefined ? text : text.split(',').find((one) => one.trim().startsWith(severity));
  return `${name} ${part?.trim() ?? text}`;
}
