import type { JSX } from 'preact';
import { ICON_SHAPES, type IconName } from './icon-shapes.js';

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {ICON_SHAPES[name]}
    </svg>
  );
}
