import { READERS, WRITERS } from '../../auth/roles.js';
import { decodeCursor, encodeCursor } from '../../paging/index.js';
import { PREFERENCES_TOPIC, SetPreferenceDto, type PreferenceDto } from '../../preferences/index.js';
import { CursorField, TextField, TextsQueryField } from '../../validation/index.js';
import { fillAnswer, type Continuation, type PlacedItem } from '../answer-size.js';
import type { Memory } from '../memory.js';
import { receiptOf, receiptSchema } from '../receipt.js';
import { defineTool, READS, REPLACES } from '../tool.js';

class GetPreferencesArguments {
  @TextsQueryField({ max: 255, description: 'Only these keys. Default: all.' })
  keys?: readonly string[];

  @CursorField()
  cursor?: string;
}

export const GET_PREFERENCES = defineTool({
  name: 'memory_get_preferences',
  title: 'Get preferences',
  description: `What the owner prefers, by key: language, units, quiet hours, how to be addressed. Read them before you answer for the first time in a conversation.
Answers { preferences: [{ key, value, updatedAt }], nextCursor, searched }. A value that is too long comes in parts (part: { from, to, of } in characters).
Example: {} for all, or {"keys":["ui.theme"]}`,
  roles: READERS,
  effect: READS,
  input: GetPreferencesArguments,
  run: async (memory, { keys, cursor }) => {
    const scope = `memory_get_preferences ${JSON.stringify(keys ?? [])}`;
    const begin = cursor === undefined ? undefined : placeOf(cursor, scope);
    const { items, next } = await fillAnswer(preferencesFrom(memory, begin?.place, keys), begin);
    const nextCursor = next ? encodeCursor({ sortKey: next.place, id: next.from }, scope) : null;
    const searched = { kinds: ['preference'], keys: keys?.length ?? 'all', window: 'all time' };
    return { preferences: items, nextCursor, searched };
  },
});

function placeOf(cursor: string, scope: string): Continuation {
  const { sortKey: place, id: from } = decodeCursor(cursor, scope);
  return { place, from };
}

/** By key, in the order of the list: a place is a key, which stays where others come and go. */
async function* preferencesFrom(
  { preferences }: Memory,
  begin: string | undefined,
  keys: readonly string[] | undefined,
): AsyncGenerator<PlacedItem> {
  for await (const one of keys ? chosen(preferences, keys) : all(preferences)) {
    if (begin === undefined || byBytes(one.key, begin) >= 0) yield { place: one.key, item: { ...one } };
  }
}

/** The order of the list. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function* chosen(
  preferences: Memory['preferences'],
  keys: readonly string[],
): AsyncGenerator<PreferenceDto> {
  for (const key of [...keys].sort(byBytes)) {
    const found = await preferences.getPreference(key);
    if (found) yield found;
  }
}

async function* all(preferences: Memory['preferences']): AsyncGenerator<PreferenceDto> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await preferences.findPreferences(cursor === undefined ? {} : { cursor });
    yield* page.items;
    cursor = page.nextCursor;
  }
}

class SetPreferenceArguments extends SetPreferenceDto {
  @TextField({ max: 255, description: 'The key, such as `language` or `ui.theme`.', example: 'ui.theme' })
  key!: string;
}

export const SET_PREFERENCE = defineTool({
  name: 'memory_set_preference',
  title: 'Set a preference',
  description: `Remember what the owner prefers, under a key; an older value of the same key is replaced. Use it when the owner states a lasting wish, not for what happened once.
Answers with a receipt { kind, id (the key), timestamp, durable, version } once it is on disk.
Example: {"key":"language","value":"German"}`,
  roles: WRITERS,
  effect: REPLACES,
  input: SetPreferenceArguments,
  output: receiptSchema('preference', 'string'),
  run: async (memory, { key, value }) => {
    const { updatedAt } = await memory.preferences.setPreference(key, value);
    return receiptOf(memory, PREFERENCES_TOPIC, { kind: 'preference', id: key, timestamp: updatedAt });
  },
});
