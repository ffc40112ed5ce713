import type { JSX } from 'preact';
import { Glyph } from '../../components/Glyph.js';
import { Meter } from '../../components/Meter.js';
import { Section } from '../../components/Section.js';
import { size } from '../../words/numbers.js';
import type { StorageView } from './storage-forecast.js';

const SHOWN = 6;

/** The storages that are fullest, each with what is left of it in time. */
export function Storages({ storages }: { storages: readonly StorageView[] }): JSX.Element {
  const others = storages.slice(SHOWN);
  const fullest = Math.ceil((others[0]?.usedPercent ?? 0) / 10) * 10;
  return (
    <Section
      title="Storage, fullest first"
      side={others.length > 0 ? `${others.length} more below ${Math.max(10, fullest)} %` : ''}
    >
      <ul class="storages">
        {storages.slice(0, SHOWN).map((storage) => (
          <Storage key={storage.id} of={storage} />
        ))}
      </ul>
    </Section>
  );
}

function Storage({ of }: { of: StorageView }): JSX.Element {
  const { name, owner, usedPercent, totalBytes, level, left } = of;
  return (
    <li class="storage">
      <span class="cut name">
        {level !== 'plain' && <Glyph of={level} />}
        {name} <span class="faint">{owner}</span>
      </span>
      <span class="number percent">{Math.floor(usedPercent)} %</span>
      <Meter share={usedPercent / 100} level={level} label={`${name} on ${owner}, used`} />
      <span class="small muted number">{totalBytes !== undefined && used(usedPercent, totalBytes)}</span>
      <span class={`small left ${level}`}>{left}</span>
    </li>
  );
}

/** `3.1 of 5.1 TB`: the unit once, where it is the same. */
function used(usedPercent: number, totalBytes: number): string {
  const [part, whole] = [size((totalBytes * usedPercent) / 100), size(totalBytes)];
  const [number, unit] = part.split(' ');
  return whole.endsWith(` ${unit ?? ''}`) ? `${number ?? ''} of ${whole}` : `${part} of ${whole}`;
}
