import { Injectable } from '@nestjs/common';
import { Cron } from 'croner';
import { Database, programUrl, type ThreadProgram } from '../database/index.js';
import { ProblemError } from '../problems/problem.error.js';
import { timeOfRules } from '../retention-rules/known-time.js';
import { validate } from '../validation/index.js';
import { RetentionRulesDto, rulesIn, SetRetentionDto } from './dto/retention.request.js';
import type { RetentionDto, RetentionPreviewDto, RetentionRuleDto } from './dto/retention.response.js';
import {
  CLASSES,
  type ClassPlan,
  type Plan,
  type PlanInput,
  type RetentionClass,
} from './plan/plan.types.js';
import { RetentionSettings, type Confirmed, type Outlook } from './retention-settings.js';
import { forgetsAnything, rulesOf, type RuleName, type RuleTexts } from './rule-texts.js';
import { StorageService } from './storage/storage.service.js';

const PLAN: ThreadProgram<PlanInput, Plan> = {
  url: programUrl(import.meta.url, './plan/plan-thread.js'),
};
const NOTHING: Plan = { classes: [], groups: [], missingBytes: 0 };

/** What the rules want now. */
export interface Intention {
  readonly texts: RuleTexts;
  readonly plan: Plan;
  /** The moment that ages are counted from. */
  readonly asOf: string;
  /** What would remove more than half of a class, and was not agreed to. */
  readonly waiting: readonly RetentionClass[];
}

/** The rules by which memory is forgotten: none, unless the owner sets them. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly database: Database,
    private readonly settings: RetentionSettings,
    private readonly storage: StorageService,
  ) {}

  /** The rules that hold, and how the last run ended. */
  async getRetention(): Promise<RetentionDto> {
    const set = await this.settings.read('rules');
    const texts = await this.settings.texts();
    const ruleOf = (name: RuleName): RetentionRuleDto => {
      const rule = texts[name] ?? null;
      return { rule, source: rule === null ? null : name in set ? 'request' : 'environment' };
    };
    const rules = rulesOf(texts);
    return {
      snapshots: ruleOf('snapshots'),
      events: ruleOf('events'),
      conversations: ruleOf('conversations'),
      budget: ruleOf('budget'),
      timeZone: rules.timeZone,
      nextRunAt: forgetsAnything(rules) ? this.nextRunAt() : null,
      lastRun: await this.settings.read('last run'),
    };
  }

  /**
   * Sets rules in place of those that were set before; what they leave out holds as the environment says. With `confirm` alone
   * the rules that hold are agreed to. Nothing is forgotten before the next run.
   * @throws ProblemError `validation_failed`; `conflict` where they need `confirm`.
   */
  async setRetention(input: Partial<SetRetentionDto>): Promise<RetentionDto> {
    const { confirm = false, ...rest } = validate(SetRetentionDto, input);
    const given = rulesIn(rest);
    const keepsRules = confirm && Object.keys(given).length === 0;
    const set = keepsRules ? await this.settings.read('rules') : given;
    const texts = { ...this.settings.environment, ...set };
    const before = await this.settings.texts();
    const touched = CLASSES.filter(
      (name) => keepsRules || agreementOn(name, before) !== agreementOn(name, texts),
    );
    const agreed = touched.map((name) => [name, agreementOn(name, texts)] as const);
    const known = await this.settings.read('confirmed');
    const confirmed: Confirmed = confirm ? { ...known, ...Object.fromEntries(agreed) } : known;
    const intention = await this.intend(texts, confirmed);
    const asked = intention.waiting.filter((name) => touched.includes(name));
    if (!confirm && asked.length > 0) throw needsConfirm(asked);
    if (confirm) await this.settings.save('confirmed', confirmed);
    await this.settings.save('rules', set);
    await this.note(intention);
    return this.getRetention();
  }

  /** What these rules would forget now; without rules, those that hold. Nothing is changed. */
  async preview(input: Partial<RetentionRulesDto> = {}): Promise<RetentionPreviewDto> {
    const given = rulesIn(validate(RetentionRulesDto, input));
    const texts =
      Object.keys(given).length === 0
        ? await this.settings.texts()
        : { ...this.settings.environment, ...given };
    const rules = rulesOf(texts);
    const sizes = await this.storage.sizes();
    const asOf = timeOfRules(await this.settings.knownTime());
    const { classes, missingBytes } = await this.planFor(texts, { asOf, isFresh: false, isForRun: false });
    return {
      classes: classes.map((one) => ({ ...one, needsConfirm: isMost(one) })),
      totalBytes: sizes.total,
      budgetBytes: rules.budget ?? null,
      missingBytes,
    };
  }

  /** What the rules that hold want now; health says what of it waits. @param isForRun whether the rows are named. */
  async look(isForRun = false): Promise<Intention> {
    const confirmed = await this.settings.read('confirmed');
    await this.settings.save('clock', await this.settings.knownTime());
    const intention = await this.intend(await this.settings.texts(), confirmed, isForRun);
    await this.note(intention);
    return intention;
  }

  /** Whether these rules are those that hold: a run ends where others were set. */
  async stillHolds(texts: RuleTexts): Promise<boolean> {
    return isSame(texts, await this.settings.texts());
  }

  /** What the rules that hold cannot do; undefined without rules, null where nobody has looked. */
  async outlook(): Promise<Outlook | null | undefined> {
    const texts = await this.settings.texts();
    if (!forgetsAnything(rulesOf(texts))) return undefined;
    const found = await this.settings.read('outlook');
    return found && isSame(found.texts, texts) ? found : null;
  }

  private async intend(texts: RuleTexts, confirmed: Confirmed, isForRun = false): Promise<Intention> {
    const asOf = timeOfRules(await this.settings.knownTime());
    if (!forgetsAnything(rulesOf(texts))) return { texts, plan: NOTHING, asOf, waiting: [] };
    const plan = await this.planFor(texts, { asOf, isFresh: true, isForRun });
    const waiting = plan.classes
      .filter((one) => isMost(one) && confirmed[one.class] !== agreementOn(one.class, texts))
      .map((one) => one.class);
    return { texts, plan, asOf, waiting };
  }

  private async note({ texts, waiting, plan: { missingBytes } }: Intention): Promise<void> {
    await this.settings.save('outlook', { texts, waiting, missingBytes });
  }

  private async planFor(
    texts: RuleTexts,
    { asOf, isFresh, isForRun }: { asOf: string; isFresh: boolean; isForRun: boolean },
  ): Promise<Plan> {
    const rules = rulesOf(texts);
    const sizes = await this.storage.sizes(isFresh && rules.budget !== undefined);
    return this.database.inThread(PLAN, { rules, now: asOf, sizes, isForRun });
  }

  /** In the zone of the environment, as the job is scheduled. */
  private nextRunAt(): string | null {
    const { timeZone } = rulesOf(this.settings.environment);
    const schedule = new Cron(this.settings.schedule, { paused: true, timezone: timeZone });
    const next = schedule.nextRun();
    schedule.stop();
    return next?.toISOString() ?? null;
  }
}

/** Whether it is more than half of a class. */
function isMost({ goes, rows }: ClassPlan): boolean {
  return goes * 2 > rows;
}

/** What is agreed to: the rules of a class, as they are written. */
function agreementOn(name: RetentionClass, texts: RuleTexts): string {
  const { timeZone } = rulesOf(texts);
  return JSON.stringify([texts[name] ?? null, texts.budget ?? null, timeZone]);
}

function needsConfirm(classes: readonly RetentionClass[]): ProblemError {
  return new ProblemError(
    'conflict',
    `These rules remove more than half of ${classes.join(' and ')}. POST /api/admin/retention/preview says what goes; ` +
      'send `"confirm": true` with them where that is wanted.',
  );
}

function isSame(one: RuleTexts, other: RuleTexts): boolean {
  const entries = (texts: RuleTexts): string => JSON.stringify(Object.entries(texts).sort());
  return entries(one) === entries(other);
}
