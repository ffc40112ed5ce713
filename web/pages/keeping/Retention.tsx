import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Section } from '../../components/Section.js';
import { now } from '../../state/clock.js';
import { counted, size } from '../../words/numbers.js';
import { when } from '../../words/times.js';
import { Forget } from './Forget.js';
import { PreviewTable } from './PreviewTable.js';
import { RuleForm } from './RuleForm.js';
import { textsOf, type Rules } from './rules.js';

interface Props {
  readonly retention: Rules;
  readonly onChange: () => void;
}

/** By which rules memory is forgotten, and what that would cost, in numbers. */
export function Retention({ retention, onChange }: Props): JSX.Element {
  const [isEditing, setEditing] = useState(false);
  const preview = useResource(
    async (signal) =>
      (await answerOf(api.POST('/api/admin/retention/preview', { body: {}, signal }))).preview,
    [retention],
  );
  const close = (): void => setEditing(false);
  return (
    <Section
      title="Retention"
      side={
        !isEditing && (
          <button type="button" class="button link" onClick={() => setEditing(true)}>
            Edit rules
          </button>
        )
      }
    >
      {isEditing ? (
        <RuleForm
          retention={retention}
          onClose={close}
          onSet={() => {
            close();
            onChange();
          }}
        />
      ) : (
        <>
          <PreviewTable rules={textsOf(retention)} preview={preview.data.value} />
          <Forget retention={retention} preview={preview.data.value} onForget={onChange} />
          <LastRun retention={retention} />
        </>
      )}
    </Section>
  );
}

function LastRun({ retention: { lastRun } }: { retention: Rules }): JSX.Element | null {
  if (!lastRun) return null;
  const { at, forgotten, bytesFreed, failed } = lastRun;
  const rows = forgotten.snapshots + forgotten.events + forgotten.conversations;
  const did =
    rows === 0 ? 'forgot nothing' : `forgot ${counted(rows, 'row')}, which freed about ${size(bytesFreed)}`;
  return (
    <p class="faint small">
      The last run, {when(Date.parse(at), now.value)}, {did}.
      {failed && ' It ended before its time; the next one goes on.'}
    </p>
  );
}
