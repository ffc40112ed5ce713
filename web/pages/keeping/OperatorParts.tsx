import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Loaded } from '../../components/Loaded.js';
import { PageHead } from '../../components/PageHead.js';
import { size } from '../../words/numbers.js';
import { ApiKeys } from './ApiKeys.js';
import { Backups } from './Backups.js';
import { ExportMenu } from './ExportMenu.js';
import { Retention } from './Retention.js';
import { StorageSection } from './StorageSection.js';
import type { Storage } from './storage-series.js';
import { Usage } from './Usage.js';

export function OperatorParts(): JSX.Element {
  const storage = useResource(
    async (signal) => (await answerOf(api.GET('/api/admin/storage', { signal }))).storage,
    [],
  );
  const retention = useResource(
    async (signal) => (await answerOf(api.GET('/api/admin/retention', { signal }))).retention,
    [],
  );
  const rules = retention.data.value;
  const hasRules =
    rules &&
    [rules.snapshots, rules.events, rules.conversations, rules.budget].some(({ rule }) => rule !== null);
  return (
    <>
      <PageHead title="Keeping" lead={leadOf(storage.data.value, hasRules)}>
        <ExportMenu />
      </PageHead>
      <div class="keeping-grid">
        <div class="column">
          <Loaded of={storage} failure="What the memory takes could not be measured." rows={9}>
            {(measured) => <StorageSection storage={measured} />}
          </Loaded>
          <Loaded of={retention} failure="The rules of forgetting could not be read." rows={5}>
            {(loaded) => <Retention retention={loaded} onChange={retention.reload} />}
          </Loaded>
          <Usage />
        </div>
        <div class="column">
          <Backups />
          <ApiKeys />
        </div>
      </div>
    </>
  );
}

function leadOf(storage: Storage | undefined, hasRules: boolean | undefined): string | undefined {
  if (!storage || hasRules === undefined) return undefined;
  const { totalBytes, diskFreeBytes } = storage;
  const free = diskFreeBytes === null ? '' : `, ${size(diskFreeBytes)} free on the disk`;
  const forgetting = hasRules
    ? 'Nothing is forgotten but by the rules below.'
    : 'Nothing is ever forgotten: there are no rules.';
  return `${size(totalBytes)} used${free}. ${forgetting}`;
}
