import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { counted } from '../../words/numbers.js';
import { restore } from './restore.js';
import { useHistory } from './values.js';

const SHOWN = 200;

interface Props {
  readonly name: string;
  readonly value: string | undefined;
  readonly maySet: boolean;
}

/** The values that it had, each of which can be set again. */
export function History({ name, value, maySet }: Props): JSX.Element {
  const history = useHistory(name);
  return (
    <section class="history" aria-label={`History of ${name}`}>
      <Loaded of={history} failure="The history could not be read." rows={3}>
        {({ history: changes, nextCursor }) => (
          <>
            <h3>
              {counted(changes.length, 'change')}
              {nextCursor !== null && ' and more'}
            </h3>
            <ol>
              {changes.map(({ value: was, changedAt }, index) => (
                <li key={`${changedAt} ${index}`}>
                  <Time at={changedAt} />
                  {was === null ? (
                    <span class="muted">deleted</span>
                  ) : (
                    <code class="value" dir="auto">
                      {was === '' ? <span class="faint">empty</span> : was.slice(0, SHOWN)}
                    </code>
                  )}
                  <a
                    class="button link"
                    href={addressOf('timeline', { at: changedAt })}
                    title="What stood around it on the timeline"
                  >
                    <Icon name="around" size={14} />
                    <span class="aloud">What stood around it</span>
                  </a>
                  {maySet && was !== null && was !== value ? (
                    <button type="button" class="button link" onClick={() => void restore(name, was)}>
                      Set again
                    </button>
                  ) : (
                    <span class="faint small">{index === 0 && was === value ? 'now' : ''}</span>
                  )}
                </li>
              ))}
            </ol>
          </>
        )}
      </Loaded>
    </section>
  );
}
