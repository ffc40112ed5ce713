import type { JSX, TargetedToggleEvent } from 'preact';
import { Icon } from '../../components/Icon.js';
import { changeQuery } from '../../state/address.js';
import { SOURCES, toggled, TYPES, type Field, type Filters } from './filters.js';

const ID = 'filter-menu';

/** The fields that one may filter by, each with its values. */
export function FilterMenu({ filters, nodes }: { filters: Filters; nodes: readonly string[] }): JSX.Element {
  return (
    <>
      <button type="button" class="chip add" popovertarget={ID}>
        <Icon name="plus" size={12} />
        Filter
      </button>
      <div id={ID} class="menu filter-menu" popover="auto" onToggle={place}>
        <Values field="type" title="Type" all={TYPES} filters={filters} />
        <Values field="source" title="Source" all={SOURCES} filters={filters} />
        {nodes.length > 0 && <Values field="node" title="Node" all={nodes} filters={filters} />}
      </div>
    </>
  );
}

/** Below its button, and within the window. */
function place({ currentTarget, newState }: TargetedToggleEvent<HTMLElement>): void {
  const button = document.querySelector(`[popovertarget="${ID}"]`)?.getBoundingClientRect();
  if (newState !== 'open' || !button) return;
  const left = Math.max(8, Math.min(button.left, innerWidth - currentTarget.offsetWidth - 8));
  const top = Math.max(8, Math.min(button.bottom + 4, innerHeight - currentTarget.offsetHeight - 8));
  currentTarget.style.setProperty('inset', `${top}px auto auto ${left}px`);
}

interface Props {
  readonly field: Field;
  readonly title: string;
  readonly all: readonly string[];
  readonly filters: Filters;
}

function Values({ field, title, all, filters }: Props): JSX.Element {
  return (
    <fieldset>
      <legend>{title}</legend>
      {all.map((value) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={filters[field].includes(value)}
            onChange={() => {
              changeQuery(toggled(filters, field, value, all));
            }}
          />
          {value}
        </label>
      ))}
    </fieldset>
  );
}
