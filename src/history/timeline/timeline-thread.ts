// Reads the timeline in a thread: pages of five tables are read and merged, and what is long is cut.
import type { ThreadReader } from '../../database/programs.js';
import { readTimeline } from './read-timeline.js';
import type { TimelineInput, TimelineOutput } from './timeline.types.js';

export function run(reader: ThreadReader, input: TimelineInput): Promise<TimelineOutput | null> {
  return readTimeline(reader, input);
}
