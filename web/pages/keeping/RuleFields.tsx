import type { JSX } from 'preact';
import type { Problem } from '../../api/problems.js';
import type { RuleTexts } from './rules.js';
import { PARTS, type RulePart } from './rule-words.js';

const FIELDS: Readonly<Record<RulePart, { label: string; example: string; hint: string }>> = {
  snapshots: {
    label: 'Snapshots',
    example: 'keep-last=1440,keep-hourly=168,keep-daily=90',
    hint: 'as in Proxmox Backup, and keep-changes',
  },
  events: {
    label: 'Events',
    example: 'info=90d,warning=1y',
    hint: 'resolved ones, by severity; open ones stay',
  },
  conversations: { label: 'Conversations', example: '2y', hint: 'after their last message' },
  budget: { label: 'All together', example: '2GB', hint: 'the least valuable goes first' },
};

interface Props {
  readonly texts: RuleTexts;
  readonly onChange: (texts: RuleTexts) => void;
  readonly problem: Problem | undefined;
}

/** A field for each rule; what is wrong with it is said below it. */
export function RuleFields({ texts, onChange, problem }: Props): JSX.Element {
  const wrong = new Map(problem?.errors.map(({ field, message }) => [field.split('.')[0], message]));
  return (
    <div class="rule-fields">
      {PARTS.map((part) => {
        const { label, example, hint } = FIELDS[part];
        const fault = wrong.get(part);
        return (
          <label key={part}>
            <span>
              {label} <span class="faint small">{hint}</span>
            </span>
            <span class="field">
              <input
                class="code"
                value={texts[part] ?? ''}
                placeholder={example}
                spellcheck={false}
                autocomplete="off"
                aria-invalid={fault !== undefined}
                onInput={({ currentTarget }) => onChange({ ...texts, [part]: currentTarget.value })}
              />
            </span>
            {fault !== undefined && (
              <span class="severity error" role="alert">
                {fault}
              </span>
            )}
          </label>
        );
      })}
      <p class="faint small">
        Empty: as the environment says, or all is kept. keep-all keeps all in any case. Preferences and what
        is open are never forgotten.
      </p>
    </div>
  );
}
