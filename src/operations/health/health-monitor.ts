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

/** How a component is, and since when. */
export interface ComponentHealth {
  readonly state: State;
  readonly since: string;
  readonly detail: string;
}

/** How the components are, by name, and what that means for the whole. */
export interface HealthReport {
  readonly status: State;
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

interface Seen {
  readonly health: ComponentHealth;
  /** The number of the look that saw it. */
  readonly look: number;
}

/** How often somebody looks where nobody asks, so that `since` is not later than this by much. */
const LOOK_EVERY_MS = 5000;
const PATIENCE_MS = 2000;
const UNKNOWN: HealthStatus = {
  state: 'degraded',
  detail: 'It could not be asked how it is; the log says why.',
};

/** Looks at the components, remembers since when each is as it is, and logs when one changes. */
@Injectable()
export class HealthMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Health');
  private readonly seen = new Map<string, Seen>();
  private timer: NodeJS.Timeout | undefined;
  private looks = 0;

  constructor(
    private readonly components: HealthIndicators,
    measures: Measures,
  ) {
    measures.add({
      name: 'component_state',
      help: 'How each component that the health names was when somebody last looked: 0 up, 1 degraded, 2 down.',
      label: 'component',
      read: () => new Map([...this.seen].map(([name, { health }]) => [name, STATES.indexOf(health.state)])),
    });
  }

  onApplicationBootstrap(): void {
    void this.check();
    this.timer = setInterval(() => void this.check(), LOOK_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Asks every component how it is. */
  async check(): Promise<HealthReport> {
    const look = ++this.looks;
    const components = this.components.all();
    const found = await Promise.all(
      components.map(async (one) => ({ one, health: await this.ask(one, look) })),
    );
    return {
      status: overall(found),
      components: Object.fromEntries(found.map(({ one, health }) => [one.name, health])),
    };
  }

  private async ask(component: HealthIndicator, look: number): Promise<ComponentHealth> {
    try {
      return this.note(component.name, await inTime(component.condition()), look);
    } catch (error) {
      const isNews = this.seen.get(component.name)?.health.detail !== UNKNOWN.detail;
      const stack = error instanceof Error ? error.stack : error;
      if (isNews) this.logger.error(`${component.name} could not be asked how it is.`, stack);
      return this.note(component.name, UNKNOWN, look);
    }
  }

  /** An answer that took longer than that of a later look is out of date, and changes nothing. */
  private note(name: string, { state, detail, since }: HealthStatus, look: number): ComponentHealth {
    const known = this.seen.get(name);
    if (known && known.look > look) return known.health;
    const isSame = known?.health.state === state;
    const health = { state, since: isSame ? known.health.since : (since ?? now()), detail };
    this.seen.set(name, { health, look });
    if (!isSame) this.tell(name, health, known === undefined);
    return health;
  }

  private tell(name: string, { state, detail, since }: ComponentHealth, isFirst: boolean): void {
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

/** @throws Error where the answer does not come. */
async function inTime(condition: HealthStatus | Promise<HealthStatus>): Promise<HealthStatus> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No answer within ${PATIENCE_MS} ms.`));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([condition, late]);
  } finally {
    clearTimeout(timer);
  }
}
