import { useRef } from 'preact/hooks';
import type { JSX, TargetedPointerEvent } from 'preact';
import { answerOf, api } from '../api/client.js';
import { useResource } from '../api/resource.js';
import type { Schemas } from '../api/types.js';
import { placeOf } from '../components/histogram-layout.js';
import { severityOf, SEVERITIES } from '../components/Severity.js';
import { now } from '../state/clock.js';
import { versionOf } from '../state/live.js';
import { chooseInstant, iso, moment, span, type Span } from '../state/range.js';
import { exact } from '../words/times.js';

const HOUR = 3_600_000;
const BASE = 17;
const TALLEST = 13;

/** The span as a strip of bars, each with the colour of its worst severity; the knob is the instant. */
export function Scrubber(): JSX.Element {
  const { since, until } = span.value;
  const element = useRef<SVGSVGElement>(null);
  const { data } = useResource(
    (signal) => {
      const interval = until - since <= 2 * HOUR ? 'minute' : until - since <= 200 * HOUR ? 'hour' : 'day';
      const query = { since: iso(since), until: iso(until), interval, groupBy: 'severity' } as const;
      return answerOf(api.GET('/api/memory/events/stats', { params: { query }, signal }));
    },
    [since, until, versionOf('events').value],
  );
  const choose = ({ clientX, buttons }: TargetedPointerEvent<SVGSVGElement>): void => {
    const box = element.current?.getBoundingClientRect();
    if (box && buttons === 1) chooseInstant(since + ((clientX - box.left) / box.width) * (until - since));
  };
  // A range of the past shows how things are now, which is not in it.
  const isWithin = since <= moment.value && moment.value <= until;
  const knob = `${placeOf(Math.min(moment.value, now.value), span.value)}%`;
  return (
    <svg
      ref={element}
      class="scrubber"
      role="slider"
      aria-label="Instant"
      aria-valuemin={since}
      aria-valuemax={until}
      aria-valuenow={moment.value}
      aria-valuetext={exact(moment.value)}
      tabIndex={0}
      onPointerDown={choose}
      onPointerMove={choose}
      onKeyDown={({ key }) => {
        const step = (until - since) / 48;
        if (key === 'ArrowLeft') chooseInstant(moment.value - step);
        if (key === 'ArrowRight') chooseInstant(moment.value + step);
      }}
    >
      {data.value && <Bars of={data.value} span={span.value} />}
      <rect class="track" y={BASE + 1} width="100%" height="2" />
      {isWithin && (
        <>
          <line class="knob" x1={knob} x2={knob} y1="1" y2={BASE - 2} />
          <circle class="knob" cx={knob} cy={BASE + 2} r="4" />
        </>
      )}
    </svg>
  );
}

function Bars({ of, span }: { of: Schemas['StatisticsAnswer']; span: Span }): JSX.Element {
  const most = Math.max(1, ...of.buckets.map(({ count }) => count));
  return (
    <>
      {of.buckets.map(({ since, until, count, counts }) => {
        const [from, to] = [placeOf(Date.parse(since), span), placeOf(Date.parse(until), span)];
        const height = count === 0 ? 0 : 2 + (count / most) * (TALLEST - 2);
        const worst = SEVERITIES.find((one) =>
          of.groups.some(({ name }, index) => severityOf(name) === one && (counts[index] ?? 0) > 0),
        );
        return (
          <rect
            key={since}
            class={`fill-${worst ?? 'info'}`}
            x={`${from}%`}
            y={BASE - height}
            width={`${(to - from) * 0.7}%`}
            height={height}
          />
        );
      })}
    </>
  );
}
