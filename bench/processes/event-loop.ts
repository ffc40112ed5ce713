import type { Target } from '../types.js';

/** How long the event loop of a service was held up at most, since it was asked last, as its own metrics tell. */
export async function longestHoldMs({ url, headers }: Pick<Target, 'url' | 'headers'>): Promise<number> {
  const text = await (await fetch(`${url}/api/metrics`, { headers })).text();
  const [, seconds] = /event_loop_delay_seconds\{percentile="100"\} (\S+)/.exec(text) ?? [];
  return Number(seconds) * 1000;
}
