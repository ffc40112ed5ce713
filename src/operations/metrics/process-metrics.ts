import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { PREFIX } from './metrics-registry.js';

/** How often the delay of the event loop is sampled, in milliseconds: 20 ms wake a small box less than the usual 10. */
const SAMPLE_EVERY_MS = 20;
const PERCENTILES = [50, 99, 100];

let known: Registry | undefined;

/**
 * What can be known of Node and the process: event loop delay, memory, processor time, garbage collection. One
 * registry for the process, because each that is made watches the event loop for ever; begun with the first scrape,
 * so that nobody pays for it who does not look.
 */
export function processMetrics(): Registry {
  if (known) return known;
  known = new Registry();
  collectDefaultMetrics({ register: known, eventLoopMonitoringPrecision: SAMPLE_EVERY_MS });
  addEventLoopDelay(known);
  return known;
}

/** Node counts the interval between two samples as delay, and so does prom-client: an idle process seems slow there. */
function addEventLoopDelay(registry: Registry): void {
  const delays = monitorEventLoopDelay({ resolution: SAMPLE_EVERY_MS });
  delays.enable();
  new Gauge({
    name: `${PREFIX}event_loop_delay_seconds`,
    help: 'How late the event loop came to what was due, since the last scrape. nodejs_eventloop_lag_* add the 20 ms between two samples.',
    labelNames: ['percentile'],
    registers: [registry],
    collect() {
      for (const percentile of PERCENTILES) {
        const seconds = delays.percentile(percentile) / 1e9 - SAMPLE_EVERY_MS / 1000;
        this.set({ percentile }, Math.max(0, seconds));
      }
      delays.reset();
    },
  });
}
