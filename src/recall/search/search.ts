import type { ThreadReader } from '../../database/programs.js';
import { isUnspaced } from '../../text/fold.js';
import { correctedQuery } from './corrected-query.js';
import { compareFound, inOneOrder, unranked, type Found } from './found.js';
import { HitWriter } from './hits.js';
import { parseQuery, type ParsedQuery } from './parse-query.js';
import { readPreferences, type PreferenceRow } from './preferences.js';
import { rankRows } from './rank-rows.js';
import { indexedUpTo, openScope, type Scope } from './scope.js';
import type { Hit, SearchBasis, SearchInput, SearchOutput } from './search.types.js';
import { findNewest, findNewestMessages, findParts } from './unranked.js';
import { weighQuery, type Weighed } from './weigh-query.js';

/** What was found only as a part of words is worth this. */
const PART_SCORE = 0.1;
const MAX_PARTS = 4;
/** A text without words, such as an emoji, is looked for as it is. */
const MAX_PART_CHARACTERS = 100;

/** A search that is under way: what is asked, what is searched, and what the query weighs in it. */
interface Context {
  readonly reader: ThreadReader;
  readonly input: SearchInput;
  readonly parsed: ParsedQuery;
  readonly scope: Scope;
  readonly preferences: readonly PreferenceRow[];
  readonly weighed: Weighed;
}

/** Searches everything that was ever said or happened, in one snapshot of the database. */
export async function search(reader: ThreadReader, asked: SearchInput): Promise<SearchOutput> {
  const input = { ...asked, now: asked.after?.time ?? asked.now };
  const parsed = parseQuery(input.q);
  const scope = await openScope(reader, input);
  const preferences = scope.kinds.includes('preference') ? await readPreferences(reader, input.filters) : [];
  const weighed = await weighQuery(reader, parsed, scope, preferences, input);
  const context = { reader, input, parsed, scope, preferences, weighed };
  const saysNothing = parsed.units.length === 0 && parsed.hasWords;
  return saysNothing
    ? answer(context, await newestFirst(context), 'recency')
    : answer(context, await bestFirst(context), 'relevance');
}

async function bestFirst({ reader, input, parsed, scope, weighed }: Context): Promise<Found[]> {
  if (parsed.units.length > 0) {
    const ranked = inOneOrder(await rankRows(reader, scope, weighed, input), input.fold);
    if (ranked.length > 0) return ranked;
  }
  const parts = partsOf(parsed);
  if (parts.length === 0) return [];
  const { event, message } = scope;
  const rows = {
    event: event ? await findParts(reader, 'event', parts, input.filters, event.newest) : [],
    message: message ? await findParts(reader, 'message', parts, input.filters, message.newest) : [],
  };
  return unranked(rows, [], PART_SCORE).sort(compareFound);
}

/** The texts to look for within words. */
function partsOf({ text, units }: ParsedQuery): string[] {
  if (units.length === 0) {
    const part = text.trim().toLowerCase();
    return part === '' || part.length > MAX_PART_CHARACTERS ? [] : [part];
  }
  return units
    .map((unit) => (isUnspaced(unit.text) ? unit.text.replaceAll(' ', '') : unit.text))
    .filter((part) => [...part].length > 1)
    .slice(0, MAX_PARTS);
}

/** One page of the newest rows, for words that every text has. */
async function newestFirst({ reader, input, scope, preferences }: Context): Promise<Found[]> {
  const { filters, limit } = input;
  const rows = {
    event: scope.event ? await findNewest(reader, 'event', filters, limit) : [],
    message: scope.message ? await findNewestMessages(reader, scope.message, input) : [],
  };
  return unranked(rows, preferences, 0)
    .sort((one, other) => (one.row.timestamp < other.row.timestamp ? 1 : -1))
    .slice(0, limit);
}

async function answer(
  context: Context,
  found: readonly Found[],
  order: SearchOutput['searched']['order'],
): Promise<SearchOutput> {
  const { reader, input, parsed, scope, weighed } = context;
  const { after, limit, filters } = input;
  const rest = after ? found.filter((one) => compareFound(after, one) < 0) : found;
  const page = rest.slice(0, limit);
  const writer = new HitWriter(reader, input, scope, weighed);
  const hits: Hit[] = [];
  for (const one of page) hits.push(await writer.write(one));
  const { event, message, outside } = weighed.basis.rows;
  const upTo = indexedUpTo(scope);
  const texts = page.map(({ row }) => row.text);
  const correctedTo = correctedQuery(parsed, weighed, texts);
  return {
    hits,
    hasMore: order === 'relevance' && rest.length > limit,
    basis: basisOf(context),
    searched: {
      kinds: scope.kinds,
      from: filters.since ?? null,
      to: filters.until ?? null,
      rows: event + message + outside,
      order,
    },
    ...(correctedTo === undefined ? {} : { correctedTo }),
    ...(upTo === undefined ? {} : { indexedUpTo: upTo }),
  };
}

function basisOf({ input, scope: { event, message }, weighed }: Context): SearchBasis {
  return {
    newest: { event: event?.newest ?? 0, message: message?.newest ?? 0 },
    marks: { event: event?.mark ?? 0, message: message?.mark ?? 0 },
    ranked: weighed.basis.ranked,
    rows: weighed.basis.rows,
    documents: weighed.basis.documents,
    corrections: weighed.basis.corrections,
    time: input.now,
  };
}
