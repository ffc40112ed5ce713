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
    <div class="moved-note severity warning" role="status">
      <Glyph of="warning" />
      <div>
        {value === undefined ? (
          'It was deleted meanwhile.'
        ) : (
          <>
            It changed meanwhile, to <code>{value.slice(0, 200)}</code>.
          </>
        )}{' '}
        What you typed is still here; to save puts it in its place.
        <div class="buttons">
          {value !== undefined && (
            <button type="button" class="button link" onClick={() => draft(name, value, value)}>
              Take the new value
            </button>
          )}
          <button type="button" class="button link" onClick={() => draft(name, text, value)}>
            Keep mine
          </button>
        </div>
      </div>
    </div>
  );
}
