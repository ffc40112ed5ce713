import { hardMoments, openAt, statisticsOfYears, timelinePages } from '../scale/moments.js';
import type { FigurePlan, RequestSpec, Sample, Target } from '../types.js';

const SCALE = 'At scale';
export const TIMELINE = `${SCALE}, p95 of a page of the timeline`;
export const OPEN_AT = `${SCALE}, p95 of openAt at its worst moment`;
export const STATISTICS = `${SCALE}, p95 of statistics of a year by day`;
export const NAMES_OF_TIME = [TIMELINE, OPEN_AT, STATISTICS];
const LOOKS = 3;

type Ask = (requests: RequestSpec[]) => Promise<Sample>;

/** What the time machine is asked on many rows. @param rows how many events there are. */
export function timePlans(target: Target, rows: number, ask: Ask): FigurePlan[] {
  const plan = (name: string, requests: () => RequestSpec[]): FigurePlan => {
    const run = () => ask(requests());
    return { name, unit: 'ms', contenders: [{ name: 'ours', sample: run, warmUp: run }], ratios: [] };
  };
  return [
    plan(TIMELINE, () => timelinePages(rows)),
    atWorstMoment(target, ask),
    plan(STATISTICS, statisticsOfYears),
  ];
}

/** Which moment that is, is found out while it warms up. */
function atWorstMoment(target: Target, ask: Ask): FigurePlan {
  let worst = 0;
  const warmUp = async () => {
    const times = [];
    for (const moment of hardMoments()) times.push({ moment, ms: await fastestOf(target, openAt(moment)) });
    worst = times.sort((one, other) => other.ms - one.ms)[0]?.moment ?? 0;
    await ask(openAt(worst));
  };
  const sample = () => ask(openAt(worst));
  return { name: OPEN_AT, unit: 'ms', contenders: [{ name: 'ours', sample, warmUp }], ratios: [] };
}

/** The least of a few: what a machine that others share adds is left out. */
async function fastestOf({ url, headers }: Target, requests: RequestSpec[]): Promise<number> {
  const times: number[] = [];
  for (const { path } of requests.slice(0, LOOKS)) {
    const begun = performance.now();
    const response = await fetch(url + path, { headers });
    await response.text();
    if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}`);
    times.push(performance.now() - begun);
  }
  return Math.min(...times);
}
