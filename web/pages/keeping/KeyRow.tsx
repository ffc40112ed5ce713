import type { JSX } from 'preact';
import type { Schemas } from '../../api/types.js';
import { Severity } from '../../components/Severity.js';
import { now } from '../../state/clock.js';
import { length, when } from '../../words/times.js';

const SOON_MS = 14 * 86_400_000;

interface Props {
  readonly of: Schemas['KeyDto'];
  readonly onRevoke: () => void;
}

/** Who has a key, when it was used last, and how long it lives. */
export function KeyRow({ of, onRevoke }: Props): JSX.Element {
  const { name, role, createdAt, lastUsedAt, expiresAt } = of;
  const used = lastUsedAt === null ? 'never used' : `used ${ago(lastUsedAt)}`;
  return (
    <li>
      <span class="who">
        <strong class="cut" dir="auto">
          {name}
        </strong>{' '}
        <span class="faint">{role}</span>
      </span>
      <span class="faint small" title={`Made ${when(Date.parse(createdAt), now.value)}`}>
        {used}, <Ending at={expiresAt} />
      </span>
      <button
        type="button"
        class="button plain danger"
        onClick={onRevoke}
        aria-label={`Revoke the key of ${name}`}
      >
        Revoke…
      </button>
    </li>
  );
}

function Ending({ at }: { at: string | null }): JSX.Element {
  if (at === null) return <>expires never</>;
  const left = Date.parse(at) - now.value;
  if (left <= 0) return <>expired {ago(at)}</>;
  if (left > SOON_MS) return <>expires {when(Date.parse(at), now.value)}</>;
  return (
    <>
      <Severity of="warning" isQuiet /> expires in {length(left)}
    </>
  );
}

/** To the minute, as the API knows it. */
function ago(at: string): string {
  const past = now.value - Date.parse(at);
  return past < 120_000 ? 'just now' : `${length(past)} ago`;
}
