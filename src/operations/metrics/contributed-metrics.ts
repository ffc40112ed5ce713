import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Measures, type Measure, type Reading } from '../../observability/health-indicators.js';
import { MetricsRegistry, PREFIX } from './metrics-registry.js';

/** The numbers that other modules contribute. */
@Injectable()
export class ContributedMetrics implements OnApplicationBootstrap {
  private readonly logger = new Logger('Metrics');
  private readonly shown = new Map<Measure, Gauge | Counter>();
  private readonly broken = new Set<Measure>();

  constructor(
    private readonly measures: Measures,
    private readonly registry: MetricsRegistry,
  ) {}

  /** @throws Error where two have the same name: at the start, and not with the first scrape. */
  onApplicationBootstrap(): void {
    for (const measure of this.measures.all()) this.add(measure);
  }

  /** Asks for all of them again. One that throws is not shown, and hides no other. */
  async refresh(): Promise<void> {
    await Promise.all(this.measures.all().map((measure) => this.update(measure)));
  }

  private async update(measure: Measure): Promise<void> {
    const metric = this.shown.get(measure) ?? this.add(measure);
    show(metric, measure.label, await this.read(measure));
  }

  private async read(measure: Measure): Promise<Reading> {
    try {
      const reading = await measure.read();
      this.broken.delete(measure);
      return reading;
    } catch (error) {
      this.report(measure, error);
      return undefined;
    }
  }

  /** Once, and not with each scrape. */
  private report(measure: Measure, error: unknown): void {
    if (this.broken.has(measure)) return;
    this.broken.add(measure);
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
    this.shown.set(measure, metric);
    return metric;
  }
}

/** What was shown before and is not in the reading goes. */
function show(metric: Gauge | Counter, label: string | undefined, reading: Reading): void {
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
