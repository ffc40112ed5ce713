import type { JSX } from 'preact';
import { answerOf, api, ROOT } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Empty } from '../../components/Empty.js';
import { addressOf, changeQuery } from '../../state/address.js';
import { mayWrite } from '../../state/session.js';
import { FIELDS } from './filters.js';
import { chooseBrush, type View } from './use-view.js';

const COMMAND = `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"type":"alert","severity":"warning","source":"monitor",
       "summary":"Disk usage on pve2 is at 91 %"}' \\
  ${ROOT}/api/memory/events`;

/** Why there is nothing, and the one thing to do about it. */
export function NoEvents({ view }: { view: View }): JSX.Element {
  const { filters, brush } = view;
  const isFiltered = filters.isOpenOnly || FIELDS.some((field) => filters[field].length > 0);
  const newest = useResource(
    async (signal) =>
      (await answerOf(api.GET('/api/memory/events', { params: { query: { limit: 1 } }, signal }))).events[0],
    [],
  );
  if (isFiltered || brush)
    return (
      <Empty title={isFiltered ? 'No event fits the filters.' : 'No event in this part.'}>
        <button type="button" class="button" onClick={isFiltered ? dropFilters : dropBrush}>
          {isFiltered ? 'Drop the filters' : 'Show the whole range'}
        </button>
      </Empty>
    );
  if (newest.data.value)
    return (
      <Empty title="No event in this range.">
        The newest one is older or newer. Choose a longer range above, or{' '}
        <a href={addressOf('search')}>search all of them</a>.
      </Empty>
    );
  return (
    <Empty title="No events yet." {...(mayWrite.value && { command: COMMAND })}>
      What is sent to the memory appears here at once.
    </Empty>
  );
}

function dropFilters(): void {
  changeQuery({ severity: undefined, type: undefined, source: undefined, node: undefined, open: undefined });
}

function dropBrush(): void {
  chooseBrush(undefined);
}
