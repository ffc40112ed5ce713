import { sampleEvent } from '../data/samples.js';
import { minutesOf } from '../snapshots/minutes.js';
import type { Target } from '../types.js';

/** The events of the last day: as many as one scrolls through. */
export const EVENTS_OF_DAY = 10_000;
const BATCH = 1_000;
const DAY_MS = 86_400_000;
/** The pages show the last 24 hours, also when some minutes of measuring have passed. */
const REACH_MS = DAY_MS - 3_600_000;
const HOURS = 24;
const GUESTS = 31;
/** One in so many asks for somebody; the others are of no weight, and so never open. */
const OPEN_EVERY = 100;

/** Saves what a page shows that follows what happens: the rows of a kept file end before today. */
export async function saveLastDay(target: Target): Promise<void> {
  const end = Date.now();
  for (let from = 0; from < EVENTS_OF_DAY; from += BATCH) {
    const events = Array.from({ length: BATCH }, (_, at) => eventOfDay(from + at, end));
    await save(target, 'events/batch', JSON.stringify({ events }));
  }
  let hour = HOURS;
  for (const { text } of minutesOf(HOURS, GUESTS)) {
    const timestamp = new Date(end - (hour -= 1) * (DAY_MS / HOURS)).toISOString();
    await save(target, 'snapshots', `{"timestamp":"${timestamp}","snapshot":${text}}`);
  }
}

export async function save({ url, headers }: Target, path: string, body: string): Promise<{ id: number }> {
  const response = await fetch(`${url}/api/memory/${path}`, { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text.slice(0, 300)}`);
  const { event } = JSON.parse(text) as { event?: { id: number } };
  return event ?? { id: 0 };
}

function eventOfDay(index: number, end: number): object {
  const event = sampleEvent(index);
  return {
    ...event,
    severity: index % OPEN_EVERY === 0 ? 'warning' : 'info',
    // Neighbours that say the same would be one row.
    summary: `${event.summary} (${index})`,
    timestamp: new Date(end - (REACH_MS * (EVENTS_OF_DAY - index)) / EVENTS_OF_DAY).toISOString(),
  };
}
