import { Global, Injectable, Module } from '@nestjs/common';

/** Best first. */
export const STATES = ['up', 'degraded', 'down'] as const;

/**
 * `up`: as it should be. `degraded`: it does its part, but somebody should look. `down`: it does not do its part.
 */
export type State = (typeof STATES)[number];

/** How a component is now. */
export interface HealthStatus {
  readonly state: State;
  /** One or two sentences for whoever watches. Everybody may read them: no path, no name, no value of a setting. */
  readonly detail: string;
  /**
   * When the state began, in canonical form, where the component itself knows it (a moment before the start,
   * say). Otherwise it is the moment at which the state was first seen.
   */
  readonly since?: string;
}

/** A part of the service that can say how it is. */
export interface HealthIndicator {
  /** How `GET /api/health` calls it, in camelCase: `writeQueue`. */
  readonly name: string;
  /** Whether memory cannot be read, or not be written, while this is down. Then, and only then, health answers 503. */
  readonly isVital?: boolean;
  /**
   * Asked every few seconds and with every request for the health, so it has to be cheap. A throw, or no answer within
   * two seconds, means `degraded`: nobody knows.
   */
  condition(): HealthStatus | Promise<HealthStatus>;
}

/** What a measure shows: a number, or one for each value of its label. */
export type Reading = number | ReadonlyMap<string, number> | undefined;

/** A number for `GET /api/metrics`. */
export interface Measure {
  /**
   * What follows `jarvis_memory_`: snake_case with its base unit (`last_backup_timestamp_seconds`, `disk_free_bytes`);
   * a counter ends with `_total`.
   */
  readonly name: string;
  /** One sentence, ending with its period. */
  readonly help: string;
  /** A counter only grows while the process lives. Default: gauge. */
  readonly kind?: 'gauge' | 'counter';
  /** The name of a label, where `read` gives a map: a number for each of its values, which have to be few. */
  readonly label?: string;
  /** Asked with every scrape, so it has to be cheap. `undefined`, or a throw: nothing to show now. */
  read(): Reading | Promise<Reading>;
}

/** What modules contribute when they start, each under a name of its own. */
class Contributions<T extends { readonly name: string }> {
  private readonly byName = new Map<string, T>();

  /** @throws Error where the name is taken. */
  add(contribution: T): void {
    const { name } = contribution;
    if (this.byName.has(name)) throw new Error(`${name} is contributed twice.`);
    this.byName.set(name, contribution);
  }

  /** All of them, in order of arrival. */
  all(): T[] {
    return [...this.byName.values()];
  }
}

/**
 * The components of which health speaks. A module adds its own in a constructor or in `onModuleInit`;
 * health knows none of those modules.
 */
@Injectable()
export class HealthIndicators extends Contributions<HealthIndicator> {}

/** The numbers that modules add to the metrics; metrics knows none of those modules. */
@Injectable()
export class Measures extends Contributions<Measure> {}

/** Global, so that every module can contribute, also in an application where nobody asks. */
@Global()
@Module({ providers: [HealthIndicators, Measures], exports: [HealthIndicators, Measures] })
export class ObservabilityModule {}
