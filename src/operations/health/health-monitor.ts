import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  HealthIndicators,
  Measures,
  STATES,
  type HealthIndicator,
  type HealthStatus,
  type State,
} from '../../observability/health-indicators.js';
import { now } from '../../time/time.js';

/** The state of a component, and since when. */
export interface ComponentHealth {
  readonly state: State;
  readonly since: string;
  readonly detail: string;
}

/** The states of the components by name, and the overall state. */
export interface HealthReport {
  readonly status: State;
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

interface KnownHealth {
  readonly health: ComponentHealth;
  /** The number of the check that produced it. */
  readonly round: number;
}

/** Interval of the checks without requests: bounds how late `since` is. */
const CHECK_INTERVAL_MS = 5000;
const CHECK_TIMEOUT_MS = 2000;
const UNKNOWN: HealthStatus = {
  state: 'degraded',
  detail: 'It could not be asked how it is; the log says why.',
};

/** Checks the components, remembers since when each is in its state, and logs changes. */
@Injectable()
export class HealthMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Health');
  private readonly known = new Map<string, KnownHealth>();
  private timer: NodeJS.Timeout | undefined;
  private checkCount = 0;

  constructor(
    private readonly components: HealthIndicators,
    measures: Measures,
  ) {
    measures.add({
      name: 'component_state',
      help: 'How each component that the health names was when somebody last looked: 0 up, 1 degraded, 2 down.',
      label: 'component',
      read: () => new Map([...this.known].map(([name, { health }]) => [name, STATES.indexOf(health.state)])),
    });
  }

  onApplicationBootstrap(): void {
    void this.check();
    this.timer = setInterval(() => void this.check(), CHECK_INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Checks every component. */
  async check(): Promise<HealthReport> {
    const round = ++this.checkCount;
    const components = this.components.all();
    const found = await Promise.all(
      components.map(async (one) => ({ one, health: await this.ask(one, round) })),
    );
    return {
      status: overall(found),
      components: Object.fromEntries(found.map(({ one, health }) => [one.name, health])),
    };
  }

  private async ask(component: HealthIndicator, round: number): Promise<ComponentHealth> {
    try {
      return this.record(component.name, await withTimeout(component.condition()), round);
    } catch (error) {
      const isNews = this.known.get(component.name)?.health.detail !== UNKNOWN.detail;
      const stack = error instanceof Error ? error.stack : error;
      if (isNews) this.logger.error(`${component.name} could not be asked how it is.`, stack);
      return this.record(component.name, UNKNOWN, round);
    }
  }

  /** A result that arrives after that of a later check is stale, and ignored. */
  private record(name: string, { state, detail, since }: HealthStatus, round: number): ComponentHealth {
    const known = this.known.get(name);
    if (known && known.round > round) return known.health;
    const isSame = known?.health.state === state;
    const health = { state, since: isSame ? known.health.since : (since ?? now()), detail };
    this.known.set(name, { health, round });
    if (!isSame) this.log(name, health, known === undefined);
    return health;
  }

  private log(name: string, { state, detail, since }: ComponentHealth, isFirst: boolean): void {
    if (state !== 'up') this.logger.warn(`${name} is ${state} since ${since}: ${detail}`);
    else if (!isFirst) this.logger.log(`${name} is up again: ${detail}`);
  }
}

function overall(
  found: readonly { readonly one: HealthIndicator; readonly health: ComponentHealth }[],
): State {
  if (found.some(({ one, health }) => one.isVital === true && health.state === 'down')) return 'down';
  return found.every(({ health }) => health.state === 'up') ? 'up' : 'degraded';
}

/** @throws Error after the timeout. */
async function withTimeout(condition: HealthStatus | Promise<HealthStatus>): Promise<HealthStatus> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No answer within ${CHECK_TIMEOUT_MS} ms.`));
    }, CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([condition, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
