import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Icon } from '../../components/Icon.js';
import { addressOf } from '../../state/address.js';
import { touchedIn } from './touched.js';
import type { Turn } from './turns.js';

/** What the tools of a conversation were given: nodes, guests and preferences, to go on from. */
export function Touched({ turns }: { turns: readonly Turn[] }): JSX.Element | null {
  const touched = useMemo(() => touchedIn(turns), [turns]);
  if (touched.length === 0) return null;
  return (
    <section class="touched">
      <h3>Touched</h3>
      <ul>
        {touched.map(({ kind, name }) => (
          <li key={`${kind} ${name}`}>
            <Icon
              name={kind === 'preference' ? 'preferences' : kind === 'node' ? 'keeping' : 'search'}
              size={14}
            />
            <a class="cut" href={addressOfTouched(kind, name)} title={`${kind} ${name}`}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function addressOfTouched(kind: 'node' | 'guest' | 'preference', name: string): string {
  if (kind === 'preference') return addressOf('preferences', { key: name });
  return kind === 'node' ? addressOf('events', { node: name }) : addressOf('search', { q: name });
}
