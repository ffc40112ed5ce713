// Counts events in a thread: a year by days is many rows, and many days of a time zone.
import type { ThreadReader } from '../../database/programs.js';
import { readStatistics, type StatisticsInput, type StatisticsOutput } from './read-statistics.js';

export function run(reader: ThreadReader, input: StatisticsInput): Promise<StatisticsOutput> {
  return readStatistics(reader, input);
}
