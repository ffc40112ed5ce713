import { collectDefaultMetrics, Registry } from 'prom-client';

/** How often the delay of the event loop is sampled, in milliseconds: 20 ms wake a small box less than the usual 10. */
const SAMPLE_EVERY_MS = 20;

let known: Registry | undefined;

/**
 * What prom-client knows of Node and the process: event loop delay, memory, processor time, garbage collection. One
 * registry for the process, because each that is made watches the event loop for ever; begun with the first scrape,
 * so that nobody pays for it who does not look.
 */
export function processMetrics(): Registry {
  if (known) return known;
  known = new Registry();
  collectDefaultMetrics({ register: known, eventLoopMonitoringPrecision: SAMPLE_EVERY_MS });
  return known;
}
