import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';
import { isOperator, session } from '../../state/session.js';
import { OperatorParts } from './OperatorParts.js';
import { Usage } from './Usage.js';
import './keeping.css';

/** Whether it is safe, and what forgetting would cost. */
export default function Keeping(): JSX.Element {
  return <div class="page keeping">{isOperator.value ? <OperatorParts /> : <ReaderParts />}</div>;
}

/** What is left for who may not administer: what is not theirs is said, not hidden. */
function ReaderParts(): JSX.Element {
  return (
    <>
      <PageHead title="Keeping" lead="You see what was used. The rest is for operators.">
        {undefined}
      </PageHead>
      <div class="keeping-grid">
        <Usage />
        <p class="muted">
          You are logged in as {session.value?.name ?? 'owner'}, with the role {session.value?.role}. Storage,
          rules of forgetting, backups, API keys and the export need the owner’s password, or the key of an
          operator.
        </p>
      </div>
    </>
  );
}
