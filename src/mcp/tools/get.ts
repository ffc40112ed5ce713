import { READERS } from '../../auth/roles.js';
import { decodeCursor, encodeCursor } from '../../paging/index.js';
import { CursorField, WholeNumberField } from '../../validation/index.js';
import { fillAnswer, type Item, type PlacedItem } from '../answer-size.js';
import type { Memory } from '../memory.js';
import { nameOf, ReferencesField, type Reference } from '../reference.js';
import { defineTool, READS } from '../tool.js';

const MAX_NEIGHBOURS = 5;

class GetArguments {
  @ReferencesField()
  ids!: readonly Reference[];

  @WholeNumberField({
    min: 0,
    max: MAX_NEIGHBOURS,
    fallback: 0,
    description:
      'How many rows right before and after each: messages of the same conversation, events of the same node.',
  })
  neighbours = 0;

  @CursorField()
  cursor?: string;
}

export const GET = defineTool({
  name: 'memory_get',
  title: 'Read rows by id',
  description: `Read events, messages, snapshots and preferences in full, by the ids that a search or a quotation ([event 12]) has. With neighbours, also what happened or was said right before and after.
Answers { items: [{ kind, id, …, neighbourOf? }], missing: [ids that do not exist], nextCursor, searched }, each item with its neighbours in order of time. An item that is too long comes in parts (part: { from, to, of } in characters of its texts).
Example: {"ids":["event 12","message 45"],"neighbours":2}`,
  roles: READERS,
  effect: READS,
  input: GetArguments,
  run: async (memory, { ids, neighbours, cursor }) => {
    const scope = `memory_get ${JSON.stringify([ids, neighbours])}`;
    const begin = cursor === undefined ? undefined : decodeCursor(cursor, scope);
    const reading = new Reading(memory, ids, neighbours);
    const { items, next } = await fillAnswer(
      reading.from(begin?.sortKey),
      begin && { place: begin.sortKey, from: begin.id },
      { missing: ids.map(nameOf) },
    );
    const nextCursor = next ? encodeCursor({ sortKey: next.place, id: next.from }, scope) : null;
    const searched = {
      kinds: [...new Set(ids.map(({ kind }) => kind))],
      ids: ids.length,
      window: 'all time',
    };
    return { items, missing: reading.missing, nextCursor, searched };
  },
});

/** Rows one after the other, each among its neighbours. A place is the number of the row and of the item beside it. */
class Reading {
  readonly missing: string[] = [];

  constructor(
    private readonly memory: Memory,
    private readonly ids: readonly Reference[],
    private readonly neighbours: number,
  ) {}

  async *from(place = '0.0'): AsyncGenerator<PlacedItem> {
    const [firstRow = 0, firstItem = 0] = place.split('.').map(Number);
    for (const [row, reference] of [...this.ids.entries()].slice(firstRow)) {
      const items = await this.read(reference);
      if (items.length === 0) this.missing.push(nameOf(reference));
      for (const [index, item] of items.entries()) {
        if (row > firstRow || index >= firstItem) yield { place: `${row}.${index}`, item };
      }
    }
  }

  private async read(reference: Reference): Promise<Item[]> {
    const { kind, id } = reference;
    const { events, conversations, snapshots, preferences } = this.memory;
    if (kind === 'event')
      return this.among(reference, await events.getEvent(Number(id)), (row, count) =>
        events.getEventsAround(row, count),
      );
    if (kind === 'message')
      return this.among(reference, await conversations.getMessage(Number(id)), (row, count) =>
        conversations.getMessagesAround(row, count),
      );
    const found =
      kind === 'snapshot'
        ? await snapshots.getSnapshot(Number(id))
        : await preferences.getPreference(String(id));
    return found ? [{ kind, id, ...found }] : [];
  }

  /** A row among those around it, in order of time. */
  private async among<Row extends { readonly id: number; readonly timestamp: string }>(
    reference: Reference,
    row: Row | null,
    around: (row: Row, count: number) => Promise<Row[]>,
  ): Promise<Item[]> {
    if (!row) return [];
    const { kind } = reference;
    const others = this.neighbours > 0 ? await around(row, this.neighbours) : [];
    const neighbourOf = nameOf(reference);
    const isBefore = (other: Row): boolean =>
      other.timestamp < row.timestamp || (other.timestamp === row.timestamp && other.id < row.id);
    const items = others.map((other) => ({ kind, ...other, neighbourOf }));
    const before = others.filter(isBefore).length;
    return [...items.slice(0, before), { kind, ...row }, ...items.slice(before)];
  }
}
