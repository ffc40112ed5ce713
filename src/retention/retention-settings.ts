import { Inject, Injectable, Optional } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/index.js';
import { Database } from '../database/index.js';
import { now } from '../time/time.js';
import { lookAtClock, type KnownTime } from '../retention-rules/known-time.js';
import type { RetentionClass } from './plan/plan.types.js';
import { textsOf, type RuleTexts } from './rule-texts.js';

/** How a run ended. */
export interface LastRun {
  readonly at: string;
  readonly durationMs: number;
  /** How many rows were forgotten: of conversations, messages. */
  readonly forgotten: Readonly<Record<RetentionClass, number>>;
  readonly bytesFreed: number;
  /** What waits for a confirmation. */
  readonly waiting: readonly RetentionClass[];
  /** How far the memory is above its budget though all has gone that may. */
  readonly missingBytes: number;
  /** Whether it ended before its time. */
  readonly failed: boolean;
}

/** What was confirmed for each class: the rules as they were written then. */
export type Confirmed = Readonly<Partial<Record<RetentionClass, string>>>;

/** What the rules that hold cannot do, as far as it was looked at. */
export interface Outlook {
  readonly texts: RuleTexts;
  readonly waiting: readonly RetentionClass[];
  readonly missingBytes: number;
}

interface Settings {
  readonly rules: RuleTexts;
  readonly confirmed: Confirmed;
  readonly 'last run': LastRun | null;
  readonly outlook: Outlook | null;
  readonly clock: KnownTime | null;
}

/** Every night, when nobody waits. */
const DEFAULT_SCHEDULE = '30 4 * * *';
const DEFAULTS: Settings = { rules: {}, confirmed: {}, 'last run': null, outlook: null, clock: null };
const SAVE = `INSERT INTO retention_settings (name, value, updated_at) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`;

/** The rules of the environment, and what is kept of retention in the database. */
@Injectable()
export class RetentionSettings {
  readonly environment: RuleTexts;
  readonly schedule: string;

  constructor(
    private readonly database: Database,
    @Optional() @Inject(ENVIRONMENT) environment?: Environment,
  ) {
    this.environment = environment ? textsOf(environment) : {};
    this.schedule = environment?.RETENTION_SCHEDULE ?? DEFAULT_SCHEDULE;
  }

  /** @throws the problems of `Database.read`. */
  async read<Name extends keyof Settings>(name: Name): Promise<Settings[Name]> {
    const query = { text: 'SELECT value AS "value" FROM retention_settings WHERE name = ?', values: [name] };
    const { rows } = await this.database.read(async (reader) => reader.read<{ value: string }>(query));
    const [found] = rows;
    return found ? (JSON.parse(found.value) as Settings[Name]) : DEFAULTS[name];
  }

  /** @throws the problems of `Database.write`. */
  async save<Name extends keyof Settings>(name: Name, value: Settings[Name]): Promise<void> {
    const query = { text: SAVE, values: [name, JSON.stringify(value), now()] };
    await this.database.write(query, 'retention', { allowOnFullDisk: true });
  }

  /** What is known of the time when the clock is looked at now. Whoever goes by it saves it. */
  async knownTime(): Promise<KnownTime> {
    return lookAtClock(await this.read('clock'), now());
  }

  /** The rules that hold: those that an operator has set, and of the environment what they leave out. */
  async texts(): Promise<RuleTexts> {
    return { ...this.environment, ...(await this.read('rules')) };
  }
}
