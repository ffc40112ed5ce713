import type { JSX } from 'preact';
import { Glyph } from '../../components/Glyph.js';
import { draft } from './drafts.js';

/** Somebody else has set it while one typed. */
export function Moved({
  name,
  value,
  text,
}: {
  name: string;
  value: string | undefined;
  text: string;
}): JSX.Element {
  return (
    <p class="moved severity warning" role="status">
      <Glyph of="warning" />
      <span>
        {value === undefined ? 'It was deleted meanwhile.' : 'It changed meanwhile. It is now '}
        {value !== undefined && <code>{value.slice(0, 200)}</code>} What you typed is still here; saving puts
        it in its place.{' '}
        {value !== undefined && (
          <button type="button" class="button link" onClick={() => draft(name, value, value)}>
            Take the new value
          </button>
        )}{' '}
        <button type="button" class="button link" onClick={() => draft(name, text, value)}>
          Keep mine
        </button>
      </span>
    </p>
  );
}
