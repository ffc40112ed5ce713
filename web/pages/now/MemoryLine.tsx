import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Glyph } from '../../components/Glyph.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { addressOf } from '../../state/address.js';
import { now } from '../../state/clock.js';
import { size } from '../../words/numbers.js';
import { when } from '../../words/times.js';
import { daysLeft } from './days-left.js';

const GLYPHS = { up: 'fixed', degraded: 'warning', down: 'error' } as const;
const WORDS = {
  up: 'Healthy.',
  degraded: 'It works, but somebody should look.',
  down: 'It does not work.',
} as const;
const REFRESH_MS = 600_000;

/** How the memory itself is: its health, its last backup, its size and how long there is room. */
export function MemoryLine(): JSX.Element {
  const resource = useResource(
    async (signal) => {
      const [health, { storage }, { backups }] = await Promise.all([
        answerOf(api.GET('/api/health', { signal })),
        answerOf(api.GET('/api/admin/storage', { signal })),
        answerOf(api.GET('/api/admin/backups', { signal })),
      ]);
      return { status: health.status, storage, backup: backups[0] };
    },
    [Math.floor(now.value / REFRESH_MS)],
  );
  return (
    <Section title="The memory itself">
      <Loaded of={resource} failure="How the memory is could not be read." rows={2}>
        {({ status, storage, backup }) => (
          <p class="memory-line">
            <Glyph of={GLYPHS[status]} />
            <span>
              {WORDS[status]}{' '}
              {backup
                ? `Last backup ${when(Date.parse(backup.createdAt), now.value)}, ${size(backup.sizeBytes)}.`
                : 'No backup yet.'}{' '}
              {size(storage.fileBytes ?? storage.totalBytes)} used,{' '}
              <a href={addressOf('keeping')}>{daysLeft(storage.untilBudget ?? storage.untilDiskFull)}</a>.
            </span>
          </p>
        )}
      </Loaded>
    </Section>
  );
}
