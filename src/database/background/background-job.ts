import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { describeError } from '../../problems/described-error.js';
import type { Mutex } from '../../time/mutex.js';
import type { Changes } from '../changes.js';
import type { Engine } from '../engine.js';
import { Leases } from '../leases.js';
import type { Write } from '../unit.js';
import type { BackgroundRun, BackgroundWork } from './background-work.js';

/** What others write is noticed by the change feed; this finds what the feed did not tell. */
const INTERVAL_MS = 60_000;
const LEASE_MS = 30_000;
/** Beside other writers the work may take this share of the time, as long as its lease is not lost over the rest. */
const BUSY_SHARE = 0.03;
const MAX_REST_MS = LEASE_MS / 3;

const log = new Logger('BackgroundJob');

/** What all background work shares. */
export interface Shared {
  readonly engine: Engine;
  /** Runs a unit of work that changes no answer, with the position of the feed taken. */
  readonly write: Write;
  readonly changes: Changes;
  /** Of the steps of all of it. */
  readonly turns: Mutex;
}

/** Runs some work whenever it is due, at the start, and once a minute; in one of several instances. */
export class BackgroundJob {
  private readonly timer: NodeJS.Timeout;
  private readonly stopping = new AbortController();
  private readonly unsubscribe: () => void;
  private running: Promise<void> | undefined;
  private isDue = false;
  /** Transactions of others since the last rest. */
  private others = 0;

  constructor(
    private readonly work: BackgroundWork,
    private readonly shared: Shared,
  ) {
    this.unsubscribe = shared.changes.subscribe((all) => {
      this.others++;
      if (work.isDueAfter(all)) this.wake();
    });
    this.timer = setInterval(() => {
      this.wake();
    }, INTERVAL_MS).unref();
    this.wake();
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    this.unsubscribe();
    await this.running;
  }

  private wake(): void {
    if (this.stopping.signal.aborted) return;
    this.isDue = true;
    this.running ??= this.runWhileDue().finally(() => {
      this.running = undefined;
    });
  }

  private async runWhileDue(): Promise<void> {
    const { signal } = this.stopping;
    while (this.isDue) {
      this.isDue = false;
      try {
        if (await this.work.isBehind()) await this.runAlone();
      } catch (error) {
        if (!signal.aborted) log.warn(`The ${this.work.name} waits: ${describeError(error).message}`);
        return;
      }
    }
  }

  private async runAlone(): Promise<void> {
    const { engine, write } = this.shared;
    const { capabilities, rows } = engine;
    if (!capabilities.severalInstances) await this.work.catchUp(this.runWith(write));
    else {
      const leases = new Leases(rows.dialect, write);
      await leases.run(this.work.name, LEASE_MS, (lease) => this.work.catchUp(this.runWith(lease.write)));
    }
  }

  private runWith(write: Write): BackgroundRun {
    return {
      inTurn: (step) => this.shared.turns.runExclusive(step),
      write,
      signal: this.stopping.signal,
      restAfter: (ms) => this.restAfter(ms),
    };
  }

  private async restAfter(ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (this.others > 0)
      await sleep(Math.min(ms / BUSY_SHARE, MAX_REST_MS), undefined, { ref: false, signal }).catch(
        () => undefined,
      );
    this.others = 0;
  }
}
