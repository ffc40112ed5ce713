import type { JSX } from 'preact';
import type { Schemas } from '../../api/types.js';

export type Role = Schemas['CreateKeyDto']['role'];

const ROLES: Readonly<Record<Role, string>> = {
  ingest: 'saves events and snapshots, reads nothing: a monitor, a script',
  reader: 'reads everything: a dashboard',
  writer: 'reads and saves everything: the chat pipeline',
  operator: 'everything, also deletes, keys and backups: you',
};

/** The roles, each with what it is for; the least first. */
export function RoleChoice(): JSX.Element {
  return (
    <fieldset class="roles">
      <legend>What it may do</legend>
      {(Object.keys(ROLES) as Role[]).map((role, index) => (
        <label key={role}>
          <input type="radio" name="role" value={role} defaultChecked={index === 0} />
          <span>
            <strong>{role}</strong> <span class="muted">{ROLES[role]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
