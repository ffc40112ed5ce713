import type { JSX } from 'preact';
import { Time } from '../../components/Time.js';
import { changeQuery } from '../../state/address.js';
import { drafts } from './drafts.js';
import { PreferencePanel } from './PreferencePanel.js';
import type { Preference } from './values.js';

const SHOWN = 300;

interface Props {
  readonly of: Preference;
  readonly isOpen: boolean;
}

/** A preference in a line; where it is open, with the field to edit it and what it was before. */
export function PreferenceRow({ of: { key, value, updatedAt }, isOpen }: Props): JSX.Element {
  const toggle = (): void => changeQuery({ key: isOpen ? undefined : key });
  const isDraft = drafts.value[key] !== undefined;
  return (
    <>
      <tr class={isOpen ? 'open' : undefined}>
        <th scope="row">
          <button type="button" class="name" aria-expanded={isOpen} data-row onClick={toggle}>
            <code>{key}</code>
          </button>
        </th>
        <td onClick={toggle}>
          <code class="value" dir="auto">
            {value === '' ? <span class="faint">empty</span> : value.slice(0, SHOWN)}
          </code>
          {isDraft && !isOpen && <span class="faint small">not saved yet</span>}
        </td>
        <td class="when">
          <Time at={updatedAt} />
        </td>
      </tr>
      {isOpen && (
        <tr class="panel">
          <td colSpan={3}>
            <PreferencePanel key={key} name={key} value={value} onClose={toggle} />
          </td>
        </tr>
      )}
    </>
  );
}
