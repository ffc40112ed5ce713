import { describe, expect, it } from '@jest/globals';
import { Gauge } from 'prom-client';
import { Measures } from '../../observability/health-indicators.js';
import { ContributedMetrics } from './contributed-metrics.js';
import { MetricsRegistry } from './metrics-registry.js';

describe('Contributed metrics', () => {
  it('refuse at the start a name that the service has given to a number of its own', () => {
    const registry = new MetricsRegistry();
    new Gauge({ name: 'jarvis_memory_rows', help: 'Rows.', registers: [registry] });
    const measures = new Measures();
    measures.add({ name: 'rows', help: 'Rows.', read: () => 1 });
    const contributed = new ContributedMetrics(measures, registry);
    expect(() => {
      contributed.onApplicationBootstrap();
    }).toThrow(/jarvis_memory_rows/);
  });

  it('forget the value of a label that is no longer given', async () => {
    const registry = new MetricsRegistry();
    const measures = new Measures();
    const readings = [new Map([['a', 1]]), new Map([['b', 2]])];
    measures.add({ name: 'state', help: 'State.', label: 'part', read: () => readings.shift() });
    const contributed = new ContributedMetrics(measures, registry);
    const lines = async (): Promise<string[]> => {
      await contributed.refresh();
      return (await registry.metrics()).split('\n').filter((line) => line.startsWith('jarvis'));
    };
    expect(await lines()).toEqual(['jarvis_memory_state{part="a"} 1']);
    expect(await lines()).toEqual(['jarvis_memory_state{part="b"} 2']);
    expect(await lines()).toEqual([]);
  });
});
