import type { JSX } from 'preact';
import { addressOf } from '../state/address.js';

export function Brand(): JSX.Element {
  return (
    <a class="brand" href={addressOf('now')}>
      <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
        <path class="outer" d="M3 14a7 7 0 0 1 14 0" />
        <path class="inner" d="M6.5 14a3.5 3.5 0 0 1 7 0" />
      </svg>
      <span>Jarvis memory</span>
    </a>
  );
}
