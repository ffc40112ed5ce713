import type { JSX } from 'preact';
import type { Schemas } from '../../api/types.js';
import { count, size } from '../../words/numbers.js';
import type { RuleTexts } from './rules.js';
import { PARTS, ruleWords, type RulePart } from './rule-words.js';

const WORDS: Readonly<Record<RulePart, string>> = {
  snapshots: 'Snapshots',
  events: 'Events',
  conversations: 'Messages',
  budget: 'All together',
};

interface Props {
  readonly rules: RuleTexts;
  /** Undefined while it is counted. */
  readonly preview: Schemas['RetentionPreviewDto'] | undefined;
}

/** What each rule would take. */
export function PreviewTable({ rules, preview }: Props): JSX.Element {
  return (
    <table class="table dense retention">
      <thead>
        <tr>
          <th>Kind</th>
          <th>Rule</th>
          <th class="number">Would go</th>
          <th class="number">Frees</th>
        </tr>
      </thead>
      <tbody>
        {PARTS.map((part) => (
          <tr key={part}>
            <th scope="row">{WORDS[part]}</th>
            <td title={rules[part] ?? undefined}>{ruleWords(part, rules[part])}</td>
            <Cost part={part} rule={rules[part]} preview={preview} />
          </tr>
        ))}
        <tr>
          <th scope="row">Preferences and their history</th>
          <td>all are kept</td>
          <td class="number">kept for ever</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}

interface CostProps {
  readonly part: RulePart;
  readonly rule: string | null;
  readonly preview: Props['preview'];
}

function Cost({ part, rule, preview }: CostProps): JSX.Element {
  const of = preview?.classes.find(({ class: name }) => name === part);
  if (part === 'budget')
    return (
      <>
        <td class="number">
          {preview && preview.missingBytes > 0 ? `${size(preview.missingBytes)} too much` : ''}
        </td>
        <td />
      </>
    );
  if (!of)
    return (
      <>
        <td class="number faint">counting</td>
        <td />
      </>
    );
  if (of.goes === 0 && (rule === null || rule === 'keep-all'))
    return (
      <>
        <td class="number">kept for ever</td>
        <td />
      </>
    );
  return (
    <>
      <td class="number" title={`${of.goes} of ${of.rows}`}>
        {count(of.goes)} of {count(of.rows)}
      </td>
      <td class="number">{size(of.bytesFreed)}</td>
    </>
  );
}
