import type { JSX, TargetedSubmitEvent } from 'preact';
import { useSignal } from '@preact/signals';
import { chooseSpan, span } from '../state/range.js';

export const CUSTOM_RANGE_ID = 'custom-range';
const MINUTE = 60_000;

/** A range with a beginning and an end of one's own. */
export function CustomRange(): JSX.Element {
  const isWrong = useSignal(false);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [since, until] = [form.get('since'), form.get('until')].map((text) => Date.parse(text as string));
    isWrong.value = !(Number(since) < Number(until));
    if (isWrong.value) return;
    chooseSpan({ since: Number(since), until: Number(until) });
    document.getElementById(CUSTOM_RANGE_ID)?.hidePopover();
  };
  return (
    <form id={CUSTOM_RANGE_ID} class="menu at-range" popover="auto" onSubmit={submit}>
      <label>
        From
        <span class="field">
          <input type="datetime-local" name="since" required defaultValue={localText(span.value.since)} />
        </span>
      </label>
      <label>
        To
        <span class="field">
          <input type="datetime-local" name="until" required defaultValue={localText(span.value.until)} />
        </span>
      </label>
      {isWrong.value && (
        <p class="severity error" role="alert">
          It has to begin before it ends.
        </p>
      )}
      <button type="submit" class="button primary">
        Show
      </button>
    </form>
  );
}

/** A moment as a field for local times has it: `2026-11-24T05:31`. */
function localText(at: number): string {
  const whole = Math.floor(at / MINUTE) * MINUTE;
  return new Date(whole - new Date(whole).getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}
