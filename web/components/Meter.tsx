import type { JSX } from 'preact';
import './meter.css';

interface Props {
  /** 0 to 1. */
  readonly share: number;
  /** What it is the share of, for who hears it. */
  readonly label: string;
  readonly level?: 'plain' | 'warning' | 'critical';
}

/** How much of something is used. The words beside it say the same. */
export function Meter({ share, label, level = 'plain' }: Props): JSX.Element {
  const part = Math.min(1, Math.max(0, share)) * 100;
  return (
    <svg
      class={`meter ${level}`}
      width="100%"
      height="6"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(part)}
    >
      <rect class="well" width="100%" height="6" rx="3" />
      <rect class="part" width={`${part}%`} height="6" rx="3" />
    </svg>
  );
}
