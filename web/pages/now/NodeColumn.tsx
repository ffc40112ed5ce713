import type { JSX } from 'preact';
import { Glyph } from '../../components/Glyph.js';
import { addressOf } from '../../state/address.js';
import { percent } from '../../words/numbers.js';
import type { GuestView, NodeView } from './guest-marks.js';

export function NodeColumn({ of }: { of: NodeView }): JSX.Element {
  const { name, isUp, running, stopped, cpuShare, memoryShare, guests } = of;
  const counts = [isUp ? '' : 'offline', `${running} running`, stopped > 0 ? `${stopped} stopped` : ''];
  return (
    <section class="node-column" aria-label={name}>
      <h3>
        <span class="cut">{name}</span>
        <span class={isUp ? 'faint small' : 'severity error small'}>{counts.filter(Boolean).join(', ')}</span>
      </h3>
      <p class="load small faint number">
        {cpuShare !== undefined && <span>CPU {percent(cpuShare)}</span>}
        {memoryShare !== undefined && <span>Memory {percent(memoryShare)}</span>}
      </p>
      <ul class="guests">
        {guests.map((guest) => (
          <Guest key={guest.vmid} of={guest} />
        ))}
      </ul>
    </section>
  );
}

function Guest({ of }: { of: GuestView }): JSX.Element {
  const { name, isRunning, words, severity, movedFrom } = of;
  return (
    <li class={isRunning ? 'guest' : 'guest off'} title={words}>
      <a href={addressOf('search', { q: name })} aria-label={words}>
        {severity ? (
          <Glyph of={severity} size={10} />
        ) : (
          <Mark isRunning={isRunning} hasMoved={movedFrom !== undefined} />
        )}
        <span class="cut">{name}</span>
      </a>
    </li>
  );
}

function Mark({ isRunning, hasMoved }: { isRunning: boolean; hasMoved: boolean }): JSX.Element {
  return (
    <svg class="guest-mark" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      {hasMoved ? (
        <path class="moved" d="M.5 5h7M5 1.8 8.4 5 5 8.2" />
      ) : isRunning ? (
        <rect class="running" x="1" y="1" width="8" height="8" rx="2" />
      ) : (
        <rect class="stopped" x="1.75" y="1.75" width="6.5" height="6.5" rx="1.5" />
      )}
    </svg>
  );
}
