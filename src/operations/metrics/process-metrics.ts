import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { PREFIX } from './metrics-registry.js';

/** Sampling interval of the event loop delay: 20 ms wake a small machine less often than the default of 10. */
const SAMPLE_INTERVAL_MS = 20;
const PERCENTILES = [50, 99, 100];

let processRegistry: Registry | undefined;

/**
 * The metrics of Node and the process: event loop delay, memory, processor time, garbage collection. One registry per
 * process, because each one samples the event loop for ever; created with the first scrape, so that it costs nothing
 * where metrics are not used.
 */
export function processMetrics(): Registry {
  if (processRegistry) return processRegistry;
  processRegistry = new Registry();
  collectDefaultMetrics({ register: processRegistry, eventLoopMonitoringPrecision: SAMPLE_INTERVAL_MS });
  addEventLoopDelay(processRegistry);
  return processRegistry;
}

/** Unlike Node and prom-client, it subtracts the sampling interval, without which an idle process seems slow. */
function addEventLoopDelay(registry: Registry): void {
  const delays = monitorEventLoopDelay({ resolution: SAMPLE_INTERVAL_MS });
  delays.enable();
  new Gauge({
    name: `${PREFIX}event_loop_delay_seconds`,
    help: 'How late the event loop came to what was due, since the last scrape. nodejs_eventloop_lag_* add the 20 ms between two samples.',
    labelNames: ['percentile'],
    registers: [registry],
    collect() {
      for (const percentile of PERCENTILES) {
        const seconds = delays.percentile(percentile) / 1e9 - SAMPLE_INTERVAL_MS / 1000;
        this.set({ percentile }, Math.max(0, seconds));
      }
      delays.reset();
    },
  });
}
