import { CONTENT_TABLES, type ThreadReader } from '../../database/programs.js';
import { readCoverage, type Coverage } from '../../history/coverage/read-coverage.js';
import { parseQuery } from '../search/parse-query.js';
import { readAll } from '../search/rows.js';
import { draftCluster } from './cluster.js';
import { compose, mostTokensOfLine } from './compose.js';
import {
  CONTEXT_SECTIONS,
  type ContextInput,
  type ContextOutput,
  type DraftSection,
  type SectionName,
} from './context.types.js';
import { draftConversation, readLastTurns } from './conversation.js';
import { draftOpenEvents, readOpenEvents } from './open-events.js';
import { draftPreferences } from './preferences.js';
import { draftRecalled } from './recalled.js';
import { draftSimilar } from './similar.js';
import type { EventRow, MessageRow } from './rows.js';
import { TokenCounter } from './tokens.js';

/** A query of fewer words, such as "and the other one?", is understood by what was said before it. */
const FEW_WORDS = 3;
const CHARACTERS_PER_TOKEN = 4;
const LEAST_HITS = 8;
const MOST_HITS = 50;
const LEAST_TURNS = 10;
const MOST_TURNS = 100;
const DAY_MS = 86_400_000;
/** After all that a timestamp can say. */
const LAST_MOMENT = '9999-12-31T23:59:59.999Z';

/** What several sections are made of. */
interface Material {
  readonly reader: ThreadReader;
  readonly input: ContextInput;
  /** The last turns of the conversation, the newest first. */
  readonly turns: readonly MessageRow[];
  readonly openEvents: readonly EventRow[];
  readonly coverage: Coverage;
}

/** Makes a context pack: what is worth telling an assistant, as far as the budget goes. */
export async function buildContext(reader: ThreadReader, input: ContextInput): Promise<ContextOutput> {
  const { sessionId, node, at, budgetTokens } = input;
  const counter = await TokenCounter.load();
  const turns =
    sessionId === undefined
      ? []
      : await readLastTurns(reader, sessionId, within(budgetTokens / 50, LEAST_TURNS, MOST_TURNS), at);
  const openEvents = await readOpenEvents(reader, node, at);
  const coverage = await readDay(reader, at);
  const material = { reader, input, turns, openEvents, coverage };
  const sections: DraftSection[] = [];
  for (const name of CONTEXT_SECTIONS)
    if (input.sections?.includes(name) ?? true) sections.push(await DRAFTS[name](material, sections));
  return { ...compose(counter, sections, budgetTokens), coverage };
}

type DraftOf = (material: Material, before: readonly DraftSection[]) => Promise<DraftSection> | DraftSection;

const DRAFTS: Readonly<Record<SectionName, DraftOf>> = {
  preferences: ({ reader, input }) => draftPreferences(reader, input.at),
  open_events: ({ openEvents }) => draftOpenEvents(openEvents),
  cluster: ({ reader, input, coverage }) => draftCluster(reader, coverage, input.at),
  conversation: ({ input, turns }) =>
    input.sessionId === undefined
      ? { name: 'conversation', drafts: [], isUnasked: true }
      : draftConversation(turns),
  recalled: recall,
  // It is counted up to now, of which nobody knew then.
  similar: ({ reader, input, openEvents }, before) =>
    input.at === undefined
      ? lookBack(reader, [...before, draftOpenEvents(openEvents)])
      : { name: 'similar', drafts: [], isUnasked: true },
};

/** Of the alerts that the pack is about: those that were recalled first, then those that are open. */
async function lookBack(reader: ThreadReader, sections: readonly DraftSection[]): Promise<DraftSection> {
  const inOrder = (['recalled', 'open_events'] as const).flatMap((name) =>
    sections.filter((section) => section.name === name).flatMap(({ drafts }) => drafts),
  );
  const alerts = inOrder.filter(({ isAlert }) => isAlert);
  return draftSimilar(reader, alerts, await newestMoment(reader, 'event'));
}

async function recall(material: Material): Promise<DraftSection> {
  const { reader, input } = material;
  const query = queryOf(material);
  if (query === '') return { name: 'recalled', drafts: [], isUnasked: true };
  return draftRecalled(reader, {
    query,
    limit: within(input.budgetTokens / 50, LEAST_HITS, MOST_HITS),
    maxCharacters: mostTokensOfLine(input.budgetTokens) * CHARACTERS_PER_TOKEN,
    now: await newestMoment(reader, 'event', input.at),
    until: input.at,
  });
}

/** What to recall for: the query, or the last that was asked in the conversation; and the node. */
function queryOf({ input: { query, node }, turns }: Material): string {
  const lastAsked = turns.find(({ role, content }) => role === 'user' && content !== query)?.content;
  const asked = query ?? lastAsked ?? '';
  const isShort = query !== undefined && parseQuery(query).units.length < FEW_WORDS;
  return [asked, isShort ? lastAsked : undefined, node]
    .filter((part) => part !== undefined)
    .join(' ')
    .trim();
}

/** The clock of a pack is that of its memory: the same rows make the same pack at any time. */
async function newestMoment(reader: ThreadReader, kind: 'event' | 'snapshot', at?: string): Promise<string> {
  const [newest] = await readAll<{ timestamp: string }>(reader, {
    text: `SELECT "timestamp" FROM ${CONTENT_TABLES[kind].name} WHERE "timestamp" <= ? ORDER BY "timestamp" DESC LIMIT 1`,
    values: [at ?? LAST_MOMENT],
  });
  return newest?.timestamp ?? new Date(0).toISOString();
}

/** How well the last day was watched. */
async function readDay(reader: ThreadReader, at: string | undefined): Promise<Coverage> {
  const [to = ''] = [await newestMoment(reader, 'event', at), await newestMoment(reader, 'snapshot', at)]
    .sort()
    .reverse();
  const from = Date.parse(to) === 0 ? to : new Date(Date.parse(to) - DAY_MS).toISOString();
  return readCoverage(reader, { from, to, now: to });
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(value)));
}
