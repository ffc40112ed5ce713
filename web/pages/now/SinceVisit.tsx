import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Glyph } from '../../components/Glyph.js';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { severityOf, SEVERITIES } from '../../components/severities.js';
import { Time } from '../../components/Time.js';
import { addressOf } from '../../state/address.js';
import { now, serverNow } from '../../state/clock.js';
import { versionOf } from '../../state/live.js';
import { instant, iso } from '../../state/range.js';
import { shownLines, sinceLines, type Since } from './since-visit.js';
import { lastVisit, noteSeen } from './visit.js';

const DAY = 86_400_000;
const SHOWN = 8;

/** What changed since one looked last; of an instant, what had changed in the day before it. */
export function SinceVisit(): JSX.Element {
  const [visit] = useState(() => lastVisit(serverNow()));
  useEffect(() => {
    const note = (): void => {
      noteSeen(serverNow());
    };
    document.addEventListener('visibilitychange', note);
    return () => {
      note();
      document.removeEventListener('visibilitychange', note);
    };
  }, []);
  const at = instant.value;
  const [dayAgo] = useState(() => serverNow() - DAY);
  const since = at === undefined ? (visit ?? dayAgo) : at - DAY;
  const resource = useResource(
    (signal) => readSince(since, at ?? serverNow(), signal),
    [since, at, versionOf('events').value, versionOf('preferences').value],
  );
  return (
    <Section
      title={
        at !== undefined ? 'In the day before' : visit === null ? 'What changed' : 'Since your last visit'
      }
      side={<Time at={since} />}
    >
      <Loaded of={resource} failure="What changed could not be read." rows={6}>
        {(lines) =>
          lines.length === 0 ? (
            <p class="muted">Nothing worse than info, and nothing moved.</p>
          ) : (
            <>
              <ul class="since">
                {shownLines(lines, SHOWN).map((line) => (
                  <Line key={line.key} of={line} />
                ))}
              </ul>
              {lines.length > SHOWN && (
                <a class="small" href={addressOf('timeline', { from: iso(since), to: iso(at ?? now.value) })}>
                  {lines.length - SHOWN} more on the timeline
                </a>
              )}
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

function Line({ of }: { of: Since }): JSX.Element {
  const { mark, text, note, at, event } = of;
  const to =
    event === undefined
      ? addressOf('time-machine', { at: iso(at) })
      : addressOf('events', { id: String(event) });
  return (
    <li>
      {mark === 'moved' || mark === 'preferences' ? <Icon name={mark} size={14} /> : <Glyph of={mark} />}
      <a class="what" href={to}>
        <span class="cut" dir="auto">
          {text}
        </span>
        {note !== undefined && (
          <span class="faint small cut" dir="auto">
            {note}
          </span>
        )}
      </a>
      <Time at={at} />
    </li>
  );
}

async function readSince(since: number, until: number, signal: AbortSignal): Promise<Since[]> {
  const span = { since: iso(since), until: iso(until) };
  const kind = ['snapshot' as const, 'resolution' as const, 'preference' as const];
  const [{ events }, { timeline, coverage }] = await Promise.all([
    answerOf(
      api.GET('/api/memory/events', {
        params: { query: { ...span, minSeverity: 'warning', limit: 100 } },
        signal,
      }),
    ),
    answerOf(api.GET('/api/memory/timeline', { params: { query: { ...span, kind, limit: 200 } }, signal })),
  ]);
  const worstFirst = [...events].sort((one, other) => rank(one.severity) - rank(other.severity));
  return sinceLines({ events: worstFirst, items: timeline, gaps: coverage.gaps, now: until });
}

function rank(severity: string): number {
  return SEVERITIES.indexOf(severityOf(severity));
}
