import type { JSX } from 'preact';
import { now } from '../../state/clock.js';
import { instant, type Span } from '../../state/range.js';
import { rangeOf } from '../../words/times.js';
import { LANES, type Lane } from './entries.js';
import { layoutBars, ProblemBars } from './ProblemBars.js';
import { Grid } from './Grid.js';
import { LaneCount } from './LaneCount.js';
import { LaneMarks } from './LaneMarks.js';
import { extent, percentOf } from './places.js';
import { useWidth } from '../../components/use-width.js';
import { useGestures } from './use-gestures.js';
import type { Timeline } from './use-timeline.js';

const NAMES: Readonly<Record<Lane, string>> = {
  problems: 'Problems',
  actions: 'Actions',
  messages: 'Messages',
  changes: 'Cluster changes',
  preferences: 'Preferences',
};
const HEIGHTS = { actions: 44, messages: 44, changes: 48, preferences: 44 } as const;
const HOURS_HEIGHT = 24;

/** The lanes over one line of time. */
export function Lanes({ of }: { of: Timeline }): JSX.Element {
  const { element, view, part, ...handlers } = useGestures(of);
  const width = useWidth(element);
  const bars = layoutBars(of.bars, view, width);
  const heights = { problems: Math.max(2, bars.rows) * 23 + 12, ...HEIGHTS };
  const tops = LANES.map((_, index) => LANES.slice(0, index).reduce((sum, lane) => sum + heights[lane], 0));
  const height = LANES.reduce((sum, lane) => sum + heights[lane], 0);
  const inView = of.entries.filter(({ at }) => view.since <= at && at < view.until);
  return (
    <div class="lanes">
      <ul>
        {LANES.map((lane) => (
          <li key={lane} style={{ height: `${heights[lane]}px` }}>
            <b>{NAMES[lane]}</b>
            <LaneCount lane={lane} of={of} shown={inView.filter((entry) => entry.lane === lane).length} />
          </li>
        ))}
      </ul>
      <div
        ref={element}
        class="lanes-plot"
        role="group"
        tabIndex={0}
        aria-label={`Timeline, ${rangeOf(view.since, view.until, now.value)}. Arrows move it, with Shift they choose a part that is listed below.`}
        {...handlers}
        onPointerCancel={handlers.onPointerUp}
      >
        <svg class="chart" width="100%" height={height + HOURS_HEIGHT}>
          <Grid view={view} height={height} hoursHeight={HOURS_HEIGHT} lines={[...tops.slice(1), height]} />
          {of.holes.map(({ since, until, words }) => (
            <rect key={since} class="hatched" {...extent(since, until, view)} y="0" height={height}>
              <title>{`${words}, ${rangeOf(since, until, now.peek())}`}</title>
            </rect>
          ))}
          {part && <rect class="brush" {...extent(part.since, part.until, view)} y="0" height={height} />}
          <ProblemBars of={bars} view={view} width={width} />
          {LANES.map(
            (lane, index) =>
              lane !== 'problems' && (
                <LaneMarks
                  key={lane}
                  entries={inView.filter((entry) => entry.lane === lane)}
                  top={tops[index] ?? 0}
                  view={view}
                  width={width}
                  onPart={of.choose}
                />
              ),
          )}
          <Moments view={view} height={height} />
        </svg>
      </div>
    </div>
  );
}

/** Now, and the instant that all pages show. */
function Moments({ view, height }: { view: Span; height: number }): JSX.Element {
  const at = (moment: number): string => percentOf(moment, view);
  return (
    <>
      {isIn(now.value, view) && (
        <line class="now-line" x1={at(now.value)} x2={at(now.value)} y1="0" y2={height} />
      )}
      {instant.value !== undefined && isIn(instant.value, view) && (
        <svg class="instant-line" x={at(instant.value)} overflow="visible">
          <path d={`M0 0V${height}`} />
          <circle cx="0" cy="0" r="4" />
        </svg>
      )}
    </>
  );
}

function isIn(at: number, { since, until }: Span): boolean {
  return since <= at && at <= until;
}
