import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { Section } from '../../components/Section.js';
import { forgetRecent, recent } from './recent.js';

const EXAMPLES = [
  ['backup failed', 'all of these words, or most of them'],
  ['"no space left"', 'exactly these words, one after another'],
  ['vm 104', 'a name or an identifier'],
  ['why is pve2 slow', 'a question, as you would ask it'],
] as const;

/** Before anything is typed: what was searched for lately, and what can be. */
export function Start({ onChoose }: { onChoose: (text: string) => void }): JSX.Element {
  return (
    <div class="start">
      {recent.value.length > 0 && (
        <Section
          title="Searched lately"
          side={
            <button type="button" class="button link" onClick={forgetRecent}>
              Forget these
            </button>
          }
        >
          <ul>
            {recent.value.map((text) => (
              <li key={text}>
                <button type="button" class="choice" onClick={() => onChoose(text)}>
                  <Icon name="clock" size={14} /> <span class="cut">{text}</span>
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="What can be asked">
        <ul>
          {EXAMPLES.map(([text, meaning]) => (
            <li key={text}>
              <button type="button" class="choice" onClick={() => onChoose(text)}>
                <code>{text}</code> <span class="faint cut">{meaning}</span>
              </button>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
