import type { JSX } from 'preact';
import { ROOT } from '../../api/client.js';
import { Empty } from '../../components/Empty.js';
import { Icon } from '../../components/Icon.js';
import { PageHead } from '../../components/PageHead.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { now } from '../../state/clock.js';
import { copyLink } from '../../state/link.js';
import { useShortcut } from '../../state/shortcuts.js';
import { length, rangeLength, rangeOf } from '../../words/times.js';
import { EntryList } from './EntryList.js';
import { LANES } from './entries.js';
import { Lanes } from './Lanes.js';
import { useTimeline, type Timeline } from './use-timeline.js';
import { zoomed } from './view.js';
import './timeline.css';

const COMMAND = `curl -X POST ${ROOT}/api/memory/events \\
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"type": "alert", "severity": "warning", "source": "monitor", "node": "pve1", "summary": "Disk is 91 % full"}'`;
const STEP = 2;

/** What overlapped with what. */
export default function TimelinePage(): JSX.Element {
  const of = useTimeline();
  const isEmpty =
    LANES.every((lane) => of.lanes[lane].data.value?.entries.length === 0) && of.bars.length === 0;
  const problem = of.around === undefined ? undefined : of.centre.problem.value;
  return (
    <div class="page timeline">
      <Head of={of} />
      {problem && <ProblemBox what={`Nothing is known of ${of.around ?? ''}.`} problem={problem} />}
      {isEmpty && (
        <Empty title="Nothing happened in this range." command={COMMAND}>
          Choose a wider range above, or save the first event:
        </Empty>
      )}
      {!isEmpty && <Lanes of={of} />}
      {!isEmpty && <EntryList of={of} />}
    </div>
  );
}

function Head({ of }: { of: Timeline }): JSX.Element {
  const { view, whole, part } = of;
  const isZoomed = view !== whole;
  const middle = part ? (part.since + part.until) / 2 : (view.since + view.until) / 2;
  const zoom = (factor: number) => () => of.look(zoomed(view, whole, factor, middle));
  const copy = (): void => void copyLink();
  useShortcut('+', 'Zoom in', zoom(1 / STEP));
  useShortcut('=', 'Zoom in', zoom(1 / STEP));
  useShortcut('-', 'Zoom out', isZoomed ? zoom(STEP) : undefined);
  useShortcut('z', 'Zoom in on what is chosen', part && (() => of.look(part)));
  useShortcut('Escape', 'Show all entries', part && (() => of.choose(undefined)));
  useShortcut('c', 'Copy link', copy);
  return (
    <PageHead title="Timeline" lead={leadOf(of)}>
      <button type="button" class="button" disabled={!isZoomed} onClick={zoom(STEP)}>
        Zoom out <kbd>−</kbd>
      </button>
      <button type="button" class="button" onClick={zoom(1 / STEP)}>
        Zoom in <kbd>+</kbd>
      </button>
      <button type="button" class="button" onClick={copy}>
        <Icon name="link" /> Copy link <kbd>C</kbd>
      </button>
    </PageHead>
  );
}

function leadOf({ view, whole, holes, lanes }: Timeline): string {
  const [hole] = [...holes]
    .filter(({ since, until }) => since < view.until && until > view.since)
    .sort((one, other) => other.until - other.since - (one.until - one.since));
  const gap = hole
    ? ` ${hole.words.charAt(0).toUpperCase()}${hole.words.slice(1)} from ${rangeOf(hole.since, hole.until, now.peek())}.`
    : '';
  const isCut = LANES.some((lane) => lanes[lane].data.value?.isCut);
  const rest = isCut ? ' Of some lanes only the newest are shown: zoom in for the others.' : '';
  const zoom =
    view === whole
      ? 'Drag over the lanes to choose what is listed.'
      : `Zoomed to ${length(view.until - view.since)} of ${rangeLength(whole)}.`;
  return `${zoom}${gap}${rest}`;
}
