import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { api } from '../api/client.js';
import { Glyph } from '../components/Glyph.js';
import { Icon } from '../components/Icon.js';
import { queryValue } from '../state/address.js';
import { isOnline, lastAnswerAt } from '../state/connection.js';
import { leaveLink, savedSince } from '../state/link.js';
import { counted } from '../words/numbers.js';
import { clock } from '../words/times.js';

const PROBE_INTERVAL_MS = 3000;

/** Asks for anything: whether there is an answer is noted. */
function probe(): void {
  api.GET('/api/health/live').catch(() => undefined);
}

/** One line for what is true of all pages: the service is away, or a link was opened. */
export function Strip(): JSX.Element | null {
  useEffect(() => {
    // An open stream does not say that the network is gone, and a page at rest asks for nothing.
    const networkChanges = ['offline', 'online'];
    for (const name of networkChanges) addEventListener(name, probe);
    return () => {
      for (const name of networkChanges) removeEventListener(name, probe);
    };
  }, []);
  if (isOnline.value) return queryValue('feed') === undefined ? null : <OpenedLink />;
  return <Away />;
}

function OpenedLink(): JSX.Element {
  const since = savedSince.value.size;
  return (
    <p class="strip" role="status">
      <Icon name="link" />
      <span>
        You see what the sender of the link saw.
        {since > 0 &&
          ` ${counted(since, 'event')} of it came later and ${since === 1 ? 'is' : 'are'} left out.`}
      </span>
      <button type="button" class="button link" onClick={leaveLink}>
        Show all, live
      </button>
    </p>
  );
}

/** What is shown is old. It is asked every few seconds whether the service is back. */
function Away(): JSX.Element {
  useEffect(() => {
    const timer = setInterval(probe, PROBE_INTERVAL_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return (
    <p class="strip" role="status">
      <Glyph of="warning" />
      <span>
        The service does not answer. What you see is from {clock(lastAnswerAt.value)}; it goes on by itself.
      </span>
    </p>
  );
}
