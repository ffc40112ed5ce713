import type { JSX } from 'preact';
import { Chip } from '../../components/Chip.js';
import { Glyph } from '../../components/Glyph.js';
import { SEVERITIES, type Severity } from '../../components/severities.js';
import { changeQuery } from '../../state/address.js';
import { count } from '../../words/numbers.js';
import { FilterMenu } from './FilterMenu.js';
import { filterWords, SOURCES, toggled, TYPES, type Filters } from './filters.js';

const NAMES = { critical: 'Critical', error: 'Error', warning: 'Warning', info: 'Info' } as const;

export type Counts = Readonly<Partial<Record<Severity, number>>>;

interface Props {
  readonly filters: Filters;
  /** How many there are of each severity, as far as it is known. */
  readonly counts: Counts | undefined;
  readonly nodes: readonly string[];
}

/** Which events are shown; all of it is in the address. */
export function FilterChips({ filters, counts, nodes }: Props): JSX.Element {
  const { severity, isOpenOnly } = filters;
  return (
    <div class="chips" role="group" aria-label="Filters">
      {SEVERITIES.map((one) => (
        <Chip
          key={one}
          isOn={severity.length === 0 || severity.includes(one)}
          onToggle={() => {
            changeQuery(toggled(filters, 'severity', one, SEVERITIES));
          }}
        >
          <Glyph of={one} size={11} />
          {NAMES[one]} {counts?.[one] !== undefined && <b class="number">{count(counts[one])}</b>}
        </Chip>
      ))}
      <span class="rule" />
      <Chip
        isOn={isOpenOnly}
        onToggle={() => {
          changeQuery({ open: isOpenOnly ? undefined : 'yes' });
        }}
      >
        Open only
      </Chip>
      {(
        [
          ['type', TYPES],
          ['source', SOURCES],
          ['node', nodes],
        ] as const
      ).map(
        ([field, all]) =>
          filters[field].length > 0 && (
            <Chip
              key={field}
              onRemove={() => {
                changeQuery({ [field]: undefined });
              }}
            >
              {filterWords(field, filters[field], all)}
            </Chip>
          ),
      )}
      <FilterMenu filters={filters} nodes={nodes} />
    </div>
  );
}
