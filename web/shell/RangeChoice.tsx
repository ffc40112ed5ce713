import type { JSX } from 'preact';
import { chooseRange, rangeName, RANGES, type RangeName } from '../state/range.js';
import { CUSTOM_RANGE_ID, CustomRange } from './CustomRange.js';

const LABELS: Readonly<Record<RangeName, string>> = {
  '15m': '15 min',
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
};
const NAMES = Object.keys(RANGES) as RangeName[];

/** How much time all pages show: buttons side by side, or a menu where there is no room for them. */
export function RangeChoice(): JSX.Element {
  const choose = (name: string): void => {
    if (name === 'custom') document.getElementById(CUSTOM_RANGE_ID)?.showPopover();
    else chooseRange(name as RangeName);
  };
  return (
    <>
      <div class="segments" role="group" aria-label="Range">
        {NAMES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={rangeName.value === name}
            onClick={() => choose(name)}
          >
            {LABELS[name]}
          </button>
        ))}
        <button type="button" popovertarget={CUSTOM_RANGE_ID} aria-pressed={rangeName.value === 'custom'}>
          Custom
        </button>
      </div>
      <label class="field range-menu">
        <span class="aloud">Range</span>
        <select value={rangeName.value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {NAMES.map((name) => (
            <option key={name} value={name}>
              {LABELS[name]}
            </option>
          ))}
          <option value="custom">Custom…</option>
        </select>
      </label>
      <CustomRange />
    </>
  );
}
