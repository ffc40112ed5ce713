import type { ThreadReader } from '../../database/programs.js';
import { readAll, type MessageRow } from './rows.js';

/** A message in the order of its session. */
export interface Turn {
  readonly id: number;
  readonly sessionId: string;
  readonly timestamp: string;
}

/** A turn beside the message with the id `seed`. */
interface Neighbour extends Turn {
  readonly seed: number;
}

/** So many windows are read by one statement; a list is filled with its last message. */
const WINDOWS_PER_STATEMENT = [5, 40];

/**
 * The turns around messages, in parts of sessions without gaps: windows that overlap are one. Neighbours are those of the
 * session, never those by id: sessions interleave.
 * @param newest messages above this id are left out.
 */
export async function readWindows(
  reader: ThreadReader,
  messages: readonly Turn[],
  reach: number,
  newest: number,
): Promise<Turn[][]> {
  const around = new Map<number, Turn[]>();
  const most = WINDOWS_PER_STATEMENT.at(-1) ?? 1;
  for (let from = 0; from < messages.length; from += most) {
    const part = messages.slice(from, from + most);
    for (const { seed, ...turn } of await readNeighbours(reader, part, reach)) {
      if (turn.id > newest) continue;
      const window = around.get(seed);
      if (window) window.push(turn);
      else around.set(seed, [turn]);
    }
  }
  const windows = messages.map((message) => [...(around.get(message.id) ?? []), message].sort(inOrder));
  return joinWindows(windows);
}

/** The order of a session. */
export function inOrder(one: Turn, other: Turn): number {
  if (one.timestamp !== other.timestamp) return one.timestamp < other.timestamp ? -1 : 1;
  return one.id - other.id;
}

/** Windows of one session that share a turn become one. */
export function joinWindows(windows: readonly (readonly Turn[])[]): Turn[][] {
  const joined: Turn[][] = [];
  for (const window of [...windows].sort(bySessionAndOrder)) {
    const [first] = window;
    const part = joined.at(-1);
    const last = part?.at(-1);
    if (first && part && last?.sessionId === first.sessionId && inOrder(first, last) <= 0) {
      part.push(...window.filter((turn) => inOrder(turn, last) > 0));
    } else joined.push([...window]);
  }
  return joined;
}

function bySessionAndOrder([one]: readonly Turn[], [other]: readonly Turn[]): number {
  if (!one || !other) return 0;
  if (one.sessionId !== other.sessionId) return one.sessionId < other.sessionId ? -1 : 1;
  return inOrder(one, other);
}

async function readNeighbours(
  reader: ThreadReader,
  messages: readonly Turn[],
  reach: number,
): Promise<Neighbour[]> {
  const length = WINDOWS_PER_STATEMENT.find((most) => most >= messages.length) ?? messages.length;
  const seeds = Array.from({ length }, (_, index) => messages[index] ?? messages.at(-1)).filter(
    (seed) => seed !== undefined,
  );
  return uniqueRows(await readAll<Neighbour>(reader, reader.dialect.search.around(seeds, reach)));
}

/** Those of the list's last message came again where it was filled. */
function uniqueRows(rows: readonly Neighbour[]): Neighbour[] {
  return [...new Map(rows.map((row) => [`${row.seed} ${row.id}`, row])).values()];
}

/** @returns the ids before and after a message, oldest first. */
export async function neighboursOf(
  reader: ThreadReader,
  message: MessageRow,
  reach: number,
  newest: number,
): Promise<{ before: number[]; after: number[] }> {
  const [window = []] = await readWindows(reader, [message], reach, newest);
  const at = window.findIndex(({ id }) => id === message.id);
  const ids = window.map(({ id }) => id);
  return { before: ids.slice(0, at), after: ids.slice(at + 1) };
}
