import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Icon } from '../../components/Icon.js';
import { addressOf } from '../../state/address.js';
import { touchedIn } from './touched.js';
import type { Turn } from './turns.js';

interface Props {
  readonly turns: readonly Turn[];
  /** Those of the prompt that is being read. */
  readonly ofPrompt: readonly Turn[];
}

/** What the tools were given after the prompt that is being read: nodes, guests and preferences, to go on from. */
export function Touched({ turns, ofPrompt }: Props): JSX.Element | null {
  const isAny = useMemo(() => touchedIn(turns).length > 0, [turns]);
  const touched = touchedIn(ofPrompt);
  if (!isAny) return null;
  return (
    <section class="touched">
      <h3>Touched after this prompt</h3>
      {touched.length === 0 && <p class="faint">Nothing that has a name.</p>}
      <ul>
        {touched.map(({ kind, name }) => (
          <li key={`${kind} ${name}`}>
            <Icon
              name={kind === 'preference' ? 'preferences' : kind === 'node' ? 'keeping' : 'search'}
              size={14}
            />
            <a class="cut" href={addressOfTouched(kind, name)} title={`${kind} ${name}`}>
              {kind === 'preference' ? name : `${kind} ${name}`}
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
