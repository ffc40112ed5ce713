import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Glyph } from '../../components/Glyph.js';
import { Histogram } from '../../components/Histogram.js';
import { barsOf } from '../../components/histogram-layout.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { severityOf, SEVERITIES } from '../../components/severities.js';
import { now } from '../../state/clock.js';
import { versionOf } from '../../state/live.js';
import { instant, iso } from '../../state/range.js';
import { count, counted } from '../../words/numbers.js';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** The day before the moment that is shown, an hour a bar: to the minute, as the events are counted on their page. */
export function LastDay(): JSX.Element {
  const until = Math.ceil((instant.value ?? now.value) / MINUTE) * MINUTE;
  const span = { since: until - DAY, until };
  const resource = useResource(
    (signal) => {
      const query = {
        since: iso(span.since),
        until: iso(until),
        interval: 'hour',
        groupBy: 'severity',
      } as const;
      return answerOf(api.GET('/api/memory/events/stats', { params: { query }, signal }));
    },
    [until, versionOf('events').value],
  );
  const total = resource.data.value?.total;
  return (
    <Section
      title={instant.value === undefined ? 'Last 24 hours' : '24 hours before'}
      side={total === undefined ? '' : counted(total, 'event')}
    >
      <Loaded of={resource} failure="The events could not be counted." rows={4}>
        {(stats) => (
          <>
            <Histogram
              bars={barsOf(stats)}
              span={span}
              gaps={stats.coverage.gaps
                .filter(({ what }) => what !== 'anything')
                .map(({ from, to }) => ({ since: Date.parse(from), until: Date.parse(to) }))}
              label={`${counted(stats.total, 'event')} in 24 hours, by severity`}
              height={104}
            />
            <ul class="legend">
              {SEVERITIES.map((severity) => (
                <li key={severity}>
                  <Glyph of={severity} size={11} />
                  <b>
                    {count(
                      stats.groups
                        .filter(({ name }) => severityOf(name) === severity)
                        .reduce((sum, group) => sum + group.count, 0),
                    )}
                  </b>{' '}
                  {severity}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Section>
  );
}
