import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../api/client.js';
import { useResource } from '../api/resource.js';
import { Glyph } from '../components/Glyph.js';
import { addressOf } from '../state/address.js';

const INTERVAL_MS = 60_000;
const WORDS = { up: 'Healthy', degraded: 'Look here', down: 'Down' } as const;
const GLYPHS = { up: 'fixed', degraded: 'warning', down: 'error' } as const;

/** How the memory itself is, in one word; Keeping says more. */
export function Health(): JSX.Element | null {
  const [minutes, setMinutes] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      setMinutes((count) => count + 1);
    }, INTERVAL_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const { data } = useResource((signal) => answerOf(api.GET('/api/health', { signal })), [minutes]);
  if (!data.value) return null;
  const { status, components } = data.value;
  const details = Object.values(components).filter(({ state }) => state !== 'up');
  return (
    <a
      class="health"
      href={addressOf('keeping')}
      title={details.map(({ detail }) => detail).join('\n') || undefined}
    >
      <Glyph of={GLYPHS[status]} />
      <span>{WORDS[status]}</span>
    </a>
  );
}
