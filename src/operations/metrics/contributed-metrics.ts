import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Measures, type Measure, type MeasureValue } from '../../observability/health-indicators.js';
import { MetricsRegistry, PREFIX } from './metrics-registry.js';

/** The metrics that other modules contribute. */
@Injectable()
export class ContributedMetrics implements OnApplicationBootstrap {
  private readonly logger = new Logger('Metrics');
  private readonly metrics = new Map<Measure, Gauge | Counter>();
  private readonly failing = new Set<Measure>();

  constructor(
    private readonly measures: Measures,
    private readonly registry: MetricsRegistry,
  ) {}

  /** @throws Error at the start, rather than with the first scrape, where two measures have the same name. */
  onApplicationBootstrap(): void {
    for (const measure of this.measures.all()) this.add(measure);
  }

  /** Reads all measures. One that throws is omitted, and affects no other. */
  async refresh(): Promise<void> {
    await Promise.all(this.measures.all().map((measure) => this.update(measure)));
  }

  private async update(measure: Measure): Promise<void> {
    const metric = this.metrics.get(measure) ?? this.add(measure);
    show(metric, measure.label, await this.read(measure));
  }

  private async read(measure: Measure): Promise<MeasureValue> {
    try {
      const reading = await measure.read();
      this.failing.delete(measure);
      return reading;
    } catch (error) {
      this.logFailure(measure, error);
      return undefined;
    }
  }

  /** Logs a failing measure once, not with each scrape. */
  private logFailure(measure: Measure, error: unknown): void {
    if (this.failing.has(measure)) return;
    this.failing.add(measure);
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn(`${measure.name} could not be read: ${reason}`);
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
    this.metrics.set(measure, metric);
    return metric;
  }
}

/** Sets the values of a reading, and removes those that are no longer in it. */
function show(metric: Gauge | Counter, label: string | undefined, reading: MeasureValue): void {
  metric.reset();
  if (label === undefined) {
    if (typeof reading === 'number') put(metric, {}, reading);
    else metric.remove();
  } else if (typeof reading === 'object') {
    for (const [value, number] of reading) put(metric, { [label]: value }, number);
  }
}

function put(metric: Gauge | Counter, labels: Record<string, string>, value: number): void {
  if (metric instanceof Gauge) metric.set(labels, value);
  else metric.inc(labels, value);
}
