import fc from 'fast-check';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AnswerChecker } from '../openapi.js';
import { Contract } from './contract.js';
import type { Draft, WireRequest } from './draft.js';
import { Judge } from './judge.js';
import { Ledger } from './ledger.js';
import { steps } from './mixture.js';
import { Owner } from './owner.js';
import { realise, type Attempt } from './realise.js';
import { Statistics } from './statistics.js';
import { Wire, type Answer } from './wire.js';
import { World } from './world.js';

export interface Plan {
  readonly url: string;
  readonly password: string;
  readonly requests: number;
  readonly seed: number;
  /** Whether the service still runs. */
  readonly lives: () => boolean;
  /** Whether to go on after a finding, to list all kinds of them, instead of making the first one smaller. */
  readonly goesOn?: boolean | undefined;
  readonly onProgress?: ((sent: number) => void) | undefined;
}

/** A request whose answer was wrong. */
export interface Finding {
  readonly what: string;
  readonly kind: string;
  readonly request: WireRequest;
  readonly status: number;
  readonly text: string;
}

export interface Outcome {
  /** The first finding, and the smallest request that it could be shrunk to. */
  readonly first: Finding | undefined;
  readonly smallest: Finding | undefined;
  /** Of each other kind the first, where the campaign went on. */
  readonly others: readonly Finding[];
  readonly statistics: Statistics;
  readonly ledger: Ledger;
  readonly wire: Wire;
  readonly owner: Owner;
}

const SHRINK_TIMEOUT_MS = 20_000;

/** Sends requests that are made from the document of a service, and judges every answer, up to the first finding. */
export async function runCampaign(plan: Plan): Promise<Outcome> {
  const campaign = await Campaign.begin(plan);
  return campaign.run();
}

class Campaign {
  private readonly statistics: Statistics;
  private readonly ledger = new Ledger();
  private readonly world: World;
  private readonly judge: Judge;
  private first: Finding | undefined;
  private smallest: Finding | undefined;
  private shrinksUntil = Infinity;
  private readonly kinds = new Map<string, Finding>();

  private constructor(
    private readonly plan: Plan,
    private readonly wire: Wire,
    private readonly owner: Owner,
    private readonly contract: Contract,
    document: OpenAPIObject,
  ) {
    this.statistics = new Statistics(contract.operations);
    this.world = new World(contract);
    this.judge = new Judge(contract, new AnswerChecker(document));
  }

  static async begin(plan: Plan): Promise<Campaign> {
    const wire = new Wire(plan.url);
    const { body } = await wire.send({ method: 'GET', target: '/api/openapi.json', headers: {} });
    const document = body as OpenAPIObject;
    const owner = new Owner(wire, plan.password);
    await owner.renew();
    return new Campaign(plan, wire, owner, new Contract(document), document);
  }

  async run(): Promise<Outcome> {
    const property = fc.asyncProperty(steps(this.contract), (drafts) => this.take(drafts));
    await fc.check(property, { seed: this.plan.seed, numRuns: this.plan.requests });
    const { first, smallest, statistics, ledger, wire, owner } = this;
    const others = [...this.kinds.values()].slice(1);
    return { first, smallest, others, statistics, ledger, wire, owner };
  }

  /** One step. @returns false where an answer was wrong, so that fast-check looks for a smaller step of that kind. */
  private async take(drafts: readonly Draft[]): Promise<boolean> {
    if (this.isOver()) return true;
    const findings = await Promise.all(drafts.map((draft) => this.attempt(draft)));
    const finding = findings.find((one) => one !== undefined);
    this.plan.onProgress?.(this.statistics.total);
    if (!finding) return true;
    if (this.plan.goesOn === true) {
      const kind = finding.what.replace(/\d{4,}/g, 'N').slice(0, 120);
      if (!this.kinds.has(kind)) this.kinds.set(kind, finding);
      [this.first] = this.kinds.values();
      return true;
    }
    if (!this.first) this.shrinksUntil = Date.now() + SHRINK_TIMEOUT_MS;
    this.first ??= finding;
    this.smallest = finding;
    return false;
  }

  private isOver(): boolean {
    if (this.first && this.plan.goesOn !== true) return Date.now() > this.shrinksUntil || !this.plan.lives();
    return this.statistics.total >= this.plan.requests;
  }

  private async attempt(draft: Draft): Promise<Finding | undefined> {
    const attempt = realise(draft, this.world, this.owner);
    const answer = await this.wire.send(attempt.request);
    if (answer.status === 401 && isByOwner(attempt) && (await this.owner.renew())) return this.attempt(draft);
    const what = this.violation(attempt, answer);
    return what === undefined
      ? undefined
      : { what, kind: nameOf(draft), request: attempt.request, status: answer.status, text: answer.text };
  }

  private violation(attempt: Attempt, answer: Answer): string | undefined {
    const { draft, sent } = attempt;
    const request = asReceived(attempt.request);
    const operation = this.contract.find(request.method, request.target);
    if (!this.first || this.plan.goesOn === true) this.statistics.count(operation, draft.kind, answer.status);
    if (!this.plan.lives()) return 'the process has ended';
    const wrong = this.judge.violation(attempt, answer);
    if (wrong !== undefined || !operation || answer.status === 0) return wrong;
    this.owner.learn(operation, sent, answer);
    this.world.learn(operation, request, answer);
    return this.ledger.record(operation, request, answer);
  }
}

/** The request as the service sees it: for bytes, what their first line says. */
function asReceived(request: WireRequest): WireRequest {
  if (!request.bytes) return request;
  const [, method = '', target = ''] = /^(\S+) (\S+)/.exec(request.bytes.toString('latin1')) ?? [];
  return { ...request, method, target, body: undefined };
}

function isByOwner({ draft, request }: Attempt): boolean {
  return draft.operation.isSecured && draft.credential.of === 'owner' && !request.bytes;
}

function nameOf({ kind, trick, operation }: Draft): string {
  return [kind, trick?.name, operation.id].filter((one) => one !== undefined).join(', ');
}
