import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { api } from '../api/client.js';
import { Glyph } from '../components/Glyph.js';
import { isOnline, lastAnswerAt } from '../state/connection.js';
import { clock } from '../words/times.js';

const PROBE_INTERVAL_MS = 3000;

/** While the service is away: what is shown is old. It is asked every few seconds whether it is back. */
export function Strip(): JSX.Element | null {
  const isAway = !isOnline.value;
  useEffect(() => {
    if (!isAway) return undefined;
    const timer = setInterval(() => {
      api.GET('/api/health/live').catch(() => undefined);
    }, PROBE_INTERVAL_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isAway]);
  if (!isAway) return null;
  return (
    <p class="strip" role="status">
      <Glyph of="warning" />
      <span>
        The service does not answer. What you see is from {clock(lastAnswerAt.value)}; it goes on by itself.
      </span>
    </p>
  );
}
