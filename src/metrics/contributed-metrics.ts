import { Injectable, Logger } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Measures, type Measure, type Reading } from '../common/components.js';
import { MetricsRegistry, PREFIX } from './metrics-registry.js';

/** The numbers that other modules contribute. */
@Injectable()
export class ContributedMetrics {
  private readonly logger = new Logger('Metrics');
  private readonly shown = new Map<Measure, Gauge | Counter>();

  constructor(
    private readonly measures: Measures,
    private readonly registry: MetricsRegistry,
  ) {}

  /** Asks for all of them again. One that throws is not shown, and hides no other. */
  async refresh(): Promise<void> {
    await Promise.all(this.measures.all().map((measure) => this.read(measure)));
  }

  private async read(measure: Measure): Promise<void> {
    const metric = this.shown.get(measure) ?? this.add(measure);
    const reading = await this.readingOf(measure);
    metric.reset();
    if (reading === undefined) metric.remove();
    else if (typeof reading === 'number') put(metric, {}, reading);
    else for (const [value, number] of reading) put(metric, { [measure.label ?? 'name']: value }, number);
  }

  private async readingOf(measure: Measure): Promise<Reading> {
    try {
      return await measure.read();
    } catch (error) {
      this.logger.warn(
        `${measure.name} could not be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }

  private add(measure: Measure): Gauge | Counter {
    const { name, help, kind = 'gauge', label } = measure;
    const options = {
      name: `${PREFIX}${name}`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.registry],
    };
    const metric = kind === 'gauge' ? new Gauge(options) : new Counter(options);
    this.shown.set(measure, metric);
    return metric;
  }
}

function put(metric: Gauge | Counter, labels: Record<string, string>, value: number): void {
  if (metric instanceof Gauge) metric.set(labels, value);
  else metric.inc(labels, value);
}
