import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { asProblem, type Problem } from '../../api/problems.js';
import { Confirm } from '../../components/Confirm.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { showToast } from '../../state/toasts.js';
import { PreviewTable } from './PreviewTable.js';
import { textsOf, type Rules } from './rules.js';
import { RuleFields } from './RuleFields.js';
import { freedBy, needsYes, stakeOf } from './stake.js';
import { bodyOf, usePreview } from './use-preview.js';

interface Props {
  readonly retention: Rules;
  readonly onSet: () => void;
  readonly onClose: () => void;
}

/** Other rules, with what they would take before they hold. */
export function RuleForm({ retention, onSet, onClose }: Props): JSX.Element {
  const [texts, setTexts] = useState(textsOf(retention));
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const { tried, preview } = usePreview(texts, retention);
  const counted = preview.problem.value ? undefined : preview.data.value;
  const isCounted = tried === texts && counted !== undefined && !preview.isLoading.value;
  const stake = counted && stakeOf(counted);
  const set = async (confirm: boolean): Promise<void> => {
    try {
      const body = { ...bodyOf(texts, retention), ...(confirm && { confirm }) };
      await answerOf(api.PUT('/api/admin/retention', { body }));
      showToast({ text: 'These rules hold now. Nothing goes before the next run.' });
      onSet();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const submit = (): void => {
    if (counted && needsYes(counted)) setAsking(true);
    else void set(false);
  };
  return (
    <form
      class="rule-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <RuleFields texts={texts} onChange={setTexts} problem={preview.problem.value} />
      {!preview.problem.value && <PreviewTable rules={tried} preview={counted} />}
      {problem && <ProblemBox what="The rules were not set." problem={problem} />}
      <div class="buttons">
        <button type="submit" class={stake ? 'button danger' : 'button primary'} disabled={!isCounted}>
          {stake ? `Set these rules, forget ${stake}…` : 'Set these rules'}
        </button>
        <button type="button" class="button plain" onClick={onClose}>
          Cancel
        </button>
      </div>
      {isAsking && counted && (
        <Confirm
          title={`Forget ${stake ?? 'them'}?`}
          action={`Forget ${stake ?? 'them'}`}
          onConfirm={() => void set(true)}
          onClose={() => setAsking(false)}
        >
          More than half of a kind goes at the next run, which frees about {freedBy(counted)}. What is gone
          does not come back but from a backup.
        </Confirm>
      )}
    </form>
  );
}
