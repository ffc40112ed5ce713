import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../../state/theme.js';
import { plotOptions } from './plot-options.js';
import type { StorageSeries } from './storage-series.js';

const HEIGHT = 232;

/** What is kept by kind over the last days, and how it goes on. */
export function StoragePlot({ series, label }: { series: StorageSeries; label: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const look = theme.value;
  useEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    const { times, total, messages, snapshots, events, most, expected, least } = series;
    const data = [
      times,
      total,
      messages,
      snapshots,
      events,
      most,
      expected,
      least,
    ] as unknown as uPlot.AlignedData;
    const plot = new uPlot({ ...plotOptions(), width: target.clientWidth, height: HEIGHT }, data, target);
    const observer = new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height: HEIGHT }));
    observer.observe(target);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [series, look]);
  return <div ref={element} class="storage-plot" role="img" aria-label={label} />;
}
