import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { Section } from '../../components/Section.js';
import { lasting } from '../../words/forecasts.js';
import { size } from '../../words/numbers.js';
import { rangeOf, seriesOf, type Storage, type StorageSeries } from './storage-series.js';
import { StoragePlot } from './StoragePlot.js';

const WORDS = { event: 'Events', snapshot: 'Snapshots', message: 'Messages' } as const;

/** What the memory takes, and where that leads. */
export function StorageSection({ storage }: { storage: Storage }): JSX.Element {
  const { totalBytes, kinds, growth } = storage;
  const series = useMemo(() => seriesOf(storage), [storage]);
  const rest = Math.max(0, totalBytes - kinds.reduce((sum, { bytes }) => sum + bytes, 0));
  const hasPast = kinds.some(({ bytesPerDay }) => bytesPerDay.some((came) => came > 0));
  const isGrowing = growth !== null && growth.high > 0;
  return (
    <Section title="Storage by kind" side={<Outlook storage={storage} />}>
      <ul class="plot-legend">
        {kinds.map(({ kind, bytes }) => (
          <li key={kind}>
            <Swatch of={kind} /> {WORDS[kind]} <span class="faint">{size(bytes)}</span>
          </li>
        ))}
        <li title="Preferences, sums, what the service needs while it runs">
          <Swatch of="rest" /> All else <span class="faint">{size(rest)}</span>
        </li>
        {isGrowing && (
          <li>
            <Swatch of="forecast" /> Forecast <span class="faint">range of 8 in 10 days</span>
          </li>
        )}
      </ul>
      {hasPast && (
        <StoragePlot series={series} label={`${size(totalBytes)} now. ${growthWords(storage, series)}`} />
      )}
      <p class="faint small">{growthWords(storage, series)} The past is drawn from what is kept of it.</p>
    </Section>
  );
}

function Swatch({ of }: { of: string }): JSX.Element {
  return (
    <svg class="swatch" width="10" height="10" aria-hidden="true">
      <rect class={`kind-${of}`} width="10" height="10" rx="2" />
    </svg>
  );
}

/** When the budget or the disk is full, whichever is first. */
function Outlook({ storage }: { storage: Storage }): JSX.Element {
  const { untilBudget, untilDiskFull, growth, budgetBytes, totalBytes } = storage;
  if (budgetBytes !== null && totalBytes >= budgetBytes) return <>over the budget of {size(budgetBytes)}</>;
  if (!growth || growth.high <= 0) return <>not growing</>;
  const [name, until] =
    untilBudget && untilBudget.days <= (untilDiskFull?.days ?? Infinity)
      ? [`budget of ${size(budgetBytes ?? 0)}`, untilBudget]
      : ['disk', untilDiskFull];
  if (!until) return <>nothing limits it</>;
  return (
    <>
      {name} full in <strong>{lasting(until.earliest, until.latest)}</strong>
    </>
  );
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** How it grew, and where that leads: both are ranges. */
function growthWords({ growth, totalBytes }: Storage, { times, ahead }: StorageSeries): string {
  if (!growth) return 'How it grows is known after a few days.';
  const { low, high } = rangeOf(growth);
  if (high <= 0) return 'Nothing grows.';
  const end = DAY.format((times.at(-1) ?? 0) * 1000);
  const expected = between(totalBytes + low * ahead, totalBytes + high * ahead);
  return `${expected} expected on ${end}: ${between(low, high)} more a day, by the last ${growth.days} days.`;
}

function between(from: number, to: number): string {
  return size(from) === size(to) ? `about ${size(to)}` : `${size(from)} to ${size(to)}`;
}
