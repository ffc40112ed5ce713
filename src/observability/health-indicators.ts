import { Global, Injectable, Module } from '@nestjs/common';

/** Best first. */
export const STATES = ['up', 'degraded', 'down'] as const;

/** `up`: works. `degraded`: works, but the operator should have a look. `down`: does not work. */
export type State = (typeof STATES)[number];

/** The current state of a component. */
export interface HealthStatus {
  readonly state: State;
  /** One or two sentences for the operator. The route is public: no path, no name, no value of a setting. */
  readonly detail: string;
  /**
   * When the state began, in canonical form, where the component knows it (before the start, for example). Default:
   * when the state was first observed.
   */
  readonly since?: string;
}

/** A component of the service that reports its health. */
export interface HealthIndicator {
  /** The name in `GET /api/health`, in camelCase: `writeQueue`. */
  readonly name: string;
  /** Whether memory cannot be read or written while this component is down. Only then does health answer 503. */
  readonly isVital?: boolean;
  /**
   * Called every few seconds and for every health request, so it must be cheap. A rejection, or no result within two
   * seconds, counts as `degraded`.
   */
  condition(): HealthStatus | Promise<HealthStatus>;
}

/** The value of a measure: a number, or one for each value of its label. */
export type MeasureValue = number | ReadonlyMap<string, number> | undefined;

/** A number for `GET /api/metrics`. */
export interface Measure {
  /**
   * The name after `jarvis_memory_`: snake_case with its base unit (`last_backup_timestamp_seconds`,
   * `disk_free_bytes`); a counter ends with `_total`.
   */
  readonly name: string;
  /** One sentence, ending with its period. */
  readonly help: string;
  /** A counter only grows while the process lives. Default: gauge. */
  readonly kind?: 'gauge' | 'counter';
  /** The name of the label where `read` returns a map with a number for each of its values, which must be few. */
  readonly label?: string;
  /** Called for every scrape, so it must be cheap. `undefined` or a rejection omits the measure. */
  read(): MeasureValue | Promise<MeasureValue>;
}

/** A registry to which modules contribute at the start, each under a unique name. */
class Registry<T extends { readonly name: string }> {
  private readonly byName = new Map<string, T>();

  /** @throws Error where the name is taken. */
  add(contribution: T): void {
    const { name } = contribution;
    if (this.byName.has(name)) throw new Error(`${name} is contributed twice.`);
    this.byName.set(name, contribution);
  }

  /** All contributions, in order of registration. */
  all(): T[] {
    return [...this.byName.values()];
  }
}

/**
 * The registry of health indicators. A module adds its own in a constructor or in `onModuleInit`, so that health
 * depends on none of those modules.
 */
@Injectable()
export class HealthIndicators extends Registry<HealthIndicator> {}

/** The registry of measures, so that metrics depends on none of the modules that add them. */
@Injectable()
export class Measures extends Registry<Measure> {}

/** Global, so that every module can contribute, also in an application without health and metrics. */
@Global()
@Module({ providers: [HealthIndicators, Measures], exports: [HealthIndicators, Measures] })
export class ObservabilityModule {}
