import { Chance } from '../recall/chance.js';
import type { RequestSpec } from '../types.js';
import { proseOf, scaleSession, SCALE_END } from './rows.js';
import { makeVocabulary, Zipf } from './vocabulary.js';

const VARIANTS = 50;
const SEED = 99;
/** Places in the vocabulary: the small words come first, then words that 5 to 18 % of the messages have. */
const COMMON = { from: 15, to: 64 };
const USUAL = { from: 65, to: 2_000 };
const RARE = { from: 2_000, to: 9_000 };
const PASTED_WORDS = 200;
const MCP_VERSION = '2026-07-28';
const DAY_MS = 24 * 3600 * 1000;
const NODES = ['pve-01', 'pve-02', 'pve-03', 'nuc-04'];

/** The kinds of searches, each in as many variants as no cache of a few answers can help with. */
export function searches(): Record<'common' | 'question' | 'pasted' | 'typo', RequestSpec[]> {
  const words = makeVocabulary();
  const zipf = new Zipf(words);
  const chance = new Chance(SEED);
  const word = ({ from, to }: { from: number; to: number }) => words[chance.whole(from, to)] ?? '';
  const variants = (make: () => string) => Array.from({ length: VARIANTS }, () => search(make()));
  return {
    common: variants(() => [word(COMMON), word(COMMON), word(COMMON)].join(' ')),
    question: variants(
      () =>
        `why did the ${word(COMMON)} of ${word(USUAL)} ${word(USUAL)} on ${chance.pick(NODES)} after the ${word(COMMON)} ${word(USUAL)}?`,
    ),
    pasted: variants(() => proseOf(zipf, chance, PASTED_WORDS)),
    typo: variants(() => `${misspelt(word(RARE), chance)} ${word(USUAL)}`),
  };
}

/** Context packs for a question within a conversation, as a chat asks for one before each answer. */
export function contextPacks(sessions: number): RequestSpec[] {
  const { question } = searches();
  const chance = new Chance(SEED);
  return question.map(({ path }) => ({
    method: 'POST',
    path: '/api/memory/context',
    body: JSON.stringify({
      query: queryOf(path),
      sessionId: scaleSession(chance.whole(0, sessions - 1)),
      budgetTokens: 600,
    }),
  }));
}

/** The searches of `requests` as calls of a tool, with the headers that go with them. */
export function toolCalls(requests: RequestSpec[]): {
  headers: Record<string, string>;
  requests: RequestSpec[];
} {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MCP_VERSION,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = {
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': MCP_VERSION,
    'mcp-method': 'tools/call',
    'mcp-name': 'memory_search',
  };
  const calls = requests.map(({ path }): RequestSpec => {
    const params = { name: 'memory_search', arguments: { q: queryOf(path) }, _meta: meta };
    return {
      method: 'POST',
      path: '/api/mcp',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    };
  });
  return { headers, requests: calls };
}

let asked = 0;

/** By day over a year; another year each time, which nobody has asked for before. */
export function usageOfYears(): RequestSpec[] {
  return Array.from({ length: 2 * VARIANTS }, (_, index) => {
    const until = SCALE_END - (index % VARIANTS) * 7 * DAY_MS - ++asked;
    const span = `since=${iso(until - 365 * DAY_MS)}&until=${iso(until)}`;
    return { method: 'GET', path: `/api/memory/usage?groupBy=day&${span}` };
  });
}

/** Pages of events that nobody has asked for before: an answer that is still right would come from memory. */
export function freshLists(count: number): RequestSpec[] {
  return Array.from({ length: count }, () => {
    const until = iso(SCALE_END - ++asked * 1000);
    return { method: 'GET', path: `/api/memory/events?limit=50&until=${until}` };
  });
}

export function search(query: string): RequestSpec {
  return { method: 'GET', path: `/api/memory/search?q=${encodeURIComponent(query)}` };
}

function queryOf(path: string): string {
  return new URL(path, 'http://localhost').searchParams.get('q') ?? '';
}

/** Two letters in the middle change places, or one is doubled where they are the same. */
function misspelt(word: string, chance: Chance): string {
  const at = chance.whole(1, word.length - 3);
  const [one = '', two = ''] = word.slice(at, at + 2);
  const middle = one === two ? one + one + two : two + one;
  return word.slice(0, at) + middle + word.slice(at + 2);
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
