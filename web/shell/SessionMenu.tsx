import type { JSX } from 'preact';
import { logOut, session } from '../state/session.js';
import { Time } from '../components/Time.js';

const ID = 'session-menu';

/** Who is logged in, until when, and the way out. */
export function SessionMenu(): JSX.Element | null {
  if (!session.value) return null;
  const { role, name, expiresAt } = session.value;
  const shown = name ?? 'owner';
  return (
    <>
      <button type="button" class="avatar" popovertarget={ID} title={`Logged in as ${shown} (${role})`}>
        {shown.slice(0, 1).toUpperCase()}
        <span class="aloud">: logged in as {shown}</span>
      </button>
      <div id={ID} class="menu" popover="auto">
        <p>
          <strong>{shown}</strong> <span class="muted">{role}</span>
        </p>
        {expiresAt !== null && (
          <p class="faint small">
            until <Time at={expiresAt} as="moment" />
          </p>
        )}
        <button type="button" class="button" onClick={() => void logOut()}>
          Log out
        </button>
      </div>
    </>
  );
}
