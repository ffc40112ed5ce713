import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { PageHead } from '../../components/PageHead.js';
import { Skeleton } from '../../components/Skeleton.js';
import { now } from '../../state/clock.js';
import { openEvents } from '../../state/open-events.js';
import { instant } from '../../state/range.js';
import { resolving } from '../../state/resolving.js';
import { isOperator } from '../../state/session.js';
import { ClusterNow } from './ClusterNow.js';
import { LastDay } from './LastDay.js';
import { MemoryLine } from './MemoryLine.js';
import { leadOf, titleOf } from './now-title.js';
import { OpenEvents } from './OpenEvents.js';
import { SinceVisit } from './SinceVisit.js';
import { storageViews } from './storage-forecast.js';
import { Storages } from './Storages.js';
import { useClusters, type Seen } from './use-clusters.js';
import { useFixed } from './use-fixed.js';
import './now.css';

/** Whether to act, in five seconds. */
export default function Now(): JSX.Element {
  const open = openEvents.value?.filter(({ id }) => !resolving.value.has(id));
  const { latest, earlier } = useClusters();
  const fixed = useFixed();
  const seen = latest.data.value;
  const storages = useMemo(
    () => (seen ? storageViews(readingOf(seen), earlier.map(readingOf)) : []),
    [seen, earlier],
  );
  return (
    <div class="page now">
      <PageHead
        title={open ? titleOf(open, fixed.lastAt, now.value) : 'Now'}
        lead={leadOf(fixed.byJarvis, storages)}
      />
      <div class="now-columns">
        <div class="now-main">
          {open ? <OpenEvents events={open} /> : <Skeleton rows={6} />}
          {storages.length > 0 && <Storages storages={storages} />}
          <ClusterNow latest={latest} dayBefore={earlier.at(-1)?.cluster} open={open ?? []} />
        </div>
        <div class="now-beside">
          <LastDay />
          <SinceVisit />
          {isOperator.value && instant.value === undefined && <MemoryLine />}
        </div>
      </div>
    </div>
  );
}

function readingOf({ at, cluster }: Seen): Parameters<typeof storageViews>[0] {
  return { at, storages: cluster?.storages ?? [] };
}
