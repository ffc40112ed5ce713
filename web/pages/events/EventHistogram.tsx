import type { JSX } from 'preact';
import { Histogram } from '../../components/Histogram.js';
import { totalOf } from '../../components/histogram-layout.js';
import { Loaded } from '../../components/Loaded.js';
import { PHONE, useMedia } from '../../state/media.js';
import { counted } from '../../words/numbers.js';
import type { EventBars } from './use-event-bars.js';
import { chooseBrush, zoomTo, type View } from './use-view.js';

/** How the events spread over the range; a part of it is chosen by dragging. */
export function EventHistogram({ view, bars }: { view: View; bars: EventBars }): JSX.Element {
  const isPhone = useMedia(PHONE);
  const { span, brush } = view;
  const total = bars.bars.reduce((sum, bar) => sum + totalOf(bar), 0);
  return (
    <div class="event-histogram">
      <Loaded of={bars.resource} failure="The events could not be counted." rows={3}>
        {() => (
          <Histogram
            bars={bars.bars}
            span={span}
            gaps={bars.gaps}
            label={`${counted(total, 'event')} over the range, by severity`}
            height={92}
            ticks={isPhone ? 3 : 5}
            brush={brush}
            instant={view.at}
            onBrush={chooseBrush}
            {...(brush && {
              onZoom: () => {
                zoomTo(brush);
              },
            })}
          />
        )}
      </Loaded>
    </div>
  );
}
