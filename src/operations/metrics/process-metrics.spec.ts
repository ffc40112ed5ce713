import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { processMetrics } from './process-metrics.js';

describe('The metrics of the process', () => {
  it('are the same for every service in it', () => {
    expect(processMetrics()).toBe(processMetrics());
  });

  it('tell how long the event loop was held up', async () => {
    processMetrics();
    await sleep(100);
    for (const end = performance.now() + 400; performance.now() < end;);
    await sleep(100);
    const text = await processMetrics().getSingleMetricAsString('jarvis_memory_event_loop_delay_seconds');
    const [, longest] = /percentile="100"} (\S+)/.exec(text) ?? [];
    expect(Number(longest)).toBeGreaterThan(0.3);
  });
});
