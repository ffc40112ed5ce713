import type { JSX } from 'preact';
import { changeQuery } from '../../state/address.js';
import { PreferencePanel } from './PreferencePanel.js';

/** A preference that is not there any more, or was not yet; its history says what it was. */
export function DeletedRow({ name }: { name: string }): JSX.Element {
  const close = (): void => changeQuery({ key: undefined });
  return (
    <>
      <tr class="open">
        <th scope="row">
          <button type="button" class="name" aria-expanded="true" data-row onClick={close}>
            <code>{name}</code>
          </button>
        </th>
        <td class="faint">not set</td>
        <td />
      </tr>
      <tr class="panel">
        <td colSpan={3}>
          <PreferencePanel key={name} name={name} value={undefined} onClose={close} />
        </td>
      </tr>
    </>
  );
}
