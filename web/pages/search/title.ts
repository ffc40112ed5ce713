import { matchesOf, type Match } from '../../components/marks.js';
import type { Hit } from './hits.js';
import { readable } from '../../components/readable.js';

/** What is shown of a hit: of an event what happened, else the part of the text where most of the query is. */
export function titleOf({ event, snippet, matched }: Hit): { text: string; matches: readonly Match[] } {
  if (!event) return readable(snippet);
  const matches = matched.flatMap((word) => matchesOf(event.summary, word));
  // What was searched for is in its details only: then they say why it is here.
  return matches.length === 0 && snippet.matches.length > 0
    ? readable(snippet)
    : { text: event.summary, matches };
}
