// Searches in a thread: reading and ranking take processor time, and others must not wait for it.
import type { ThreadReader } from '../../database/programs.js';
import { search } from './search.js';
import type { SearchInput, SearchOutput } from './search.types.js';

export function run(reader: ThreadReader, input: SearchInput): Promise<SearchOutput> {
  return search(reader, input);
}
