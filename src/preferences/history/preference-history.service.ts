import { Injectable } from '@nestjs/common';
import { Database, InjectTable, placesOf, Table, type List, type Query } from '../../database/index.js';
import {
  decodeCursor,
  encodeCursor,
  MAX_PAGE_BYTES,
  PageQueryDto,
  scopeOf,
  type Page,
} from '../../paging/index.js';
import { validate } from '../../validation/index.js';
import { PreferenceKeyDto } from '../dto/preference.request.js';
import type { PreferenceDto } from '../dto/preference.response.js';
import { PreferencesAtDto } from './preference-history.request.js';
import { toPreferenceChange, type PreferenceChangeDto } from './preference-history.response.js';
import { PreferenceChangeEntity } from './preference-change.entity.js';

/** So many keys are looked at for a page, those that were deleted by then included. */
const MAX_KEYS = 1000;

const OF_KEY: List<PreferenceChangeEntity, PreferenceKeyDto> = {
  name: 'preference history',
  sortBy: 'changedAt',
  order: 'DESC',
  large: 'value',
  where: ({ key }) => ({ oneOf: { key: [key] } }),
};

interface ValueThen {
  readonly key: string;
  /** The row of the history; none where the key was set later only. */
  readonly id: number | null;
  /** None where it was deleted by then. */
  readonly bytes: number | null;
}

type TakenValue = ValueThen & { readonly bytes: number };

/** What preferences were. Invalid input rejects with `validation_failed`. */
@Injectable()
export class PreferenceHistoryService {
  constructor(
    @InjectTable(PreferenceChangeEntity) private readonly changes: Table<PreferenceChangeEntity>,
    private readonly database: Database,
  ) {}

  /**
   * One page of the values that a preference had, newest first.
   * @returns `null` where the key was never set.
   */
  async findChanges(
    key: string,
    input: Partial<PageQueryDto> = {},
  ): Promise<Page<PreferenceChangeDto> | null> {
    const wanted = validate(PreferenceKeyDto, { key });
    const page = { ...validate(PageQueryDto, input), ...wanted };
    if (!(await this.changes.has(wanted))) return null;
    return this.changes.page(OF_KEY, page, toPreferenceChange);
  }

  /**
   * One page of the preferences as they were at a moment, by key. It may be short, even empty, with a `nextCursor`, where
   * values are large or many keys were deleted by then.
   */
  async findPreferencesAt(input: PreferencesAtDto, signal?: AbortSignal): Promise<Page<PreferenceDto>> {
    const { at, cursor } = validate(PreferencesAtDto, input);
    const scope = scopeOf('preferences at', { at });
    const after = cursor === undefined ? '' : decodeCursor(cursor, scope).sortKey;
    const { taken, next } = withinPage(await this.valuesThen(at, after, signal));
    const items = await this.read(taken);
    return {
      items,
      nextCursor: next === undefined ? null : encodeCursor({ sortKey: next, id: 0 }, scope),
    };
  }

  private async valuesThen(at: string, after: string, signal?: AbortSignal): Promise<readonly ValueThen[]> {
    const query = valuesAt(at, after);
    const results = await this.database.read((rows) => rows.readHeavy<ValueThen>([query], {}, signal));
    return results.flatMap(({ rows }) => rows);
  }

  private async read(values: readonly TakenValue[]): Promise<PreferenceDto[]> {
    if (values.length === 0) return [];
    const query = {
      text: `SELECT "key", value, changed_at AS "updatedAt" FROM preference_history
        WHERE id IN (${placesOf(values)}) ORDER BY "key"`,
      values: values.map(({ id }) => id),
    };
    const bytes = values.reduce((sum, value) => sum + value.bytes, 0);
    const { rows } = await this.database.read(async (reader) => reader.read<PreferenceDto>(query), bytes);
    return rows;
  }
}

/** Goes from key to key along the index, so that it does not matter how often each was changed. */
function valuesAt(at: string, after: string): Query {
  const then = `SELECT h.id FROM preference_history h WHERE h."key" = keys."key" AND h.changed_at <= ?
    ORDER BY h.changed_at DESC, h.id DESC LIMIT 1`;
  return {
    text: `WITH RECURSIVE keys("key", place) AS (
        SELECT min(h."key"), 1 FROM preference_history h WHERE h."key" > ?
        UNION ALL
        SELECT (SELECT min(h."key") FROM preference_history h WHERE h."key" > keys."key"), place + 1
        FROM keys WHERE keys."key" IS NOT NULL AND place <= ${MAX_KEYS}
      ), found AS (SELECT "key", (${then}) AS id FROM keys WHERE "key" IS NOT NULL)
      SELECT found."key" AS "key", found.id AS "id", octet_length(h.value) AS "bytes"
      FROM found LEFT JOIN preference_history h ON h.id = found.id ORDER BY found."key"`,
    values: [after, at],
  };
}

function wasSet(value: ValueThen): value is TakenValue {
  return value.bytes !== null;
}

/** What there is room for, and the last key that was looked at where the list goes on. */
function withinPage(values: readonly ValueThen[]): {
  readonly taken: readonly TakenValue[];
  readonly next: string | undefined;
} {
  const taken: TakenValue[] = [];
  let bytes = 0;
  let last: string | undefined;
  for (const [index, value] of values.entries()) {
    bytes += value.bytes ?? 0;
    const isFull = taken.length > 0 && bytes > MAX_PAGE_BYTES;
    if (isFull || index === MAX_KEYS) return { taken, next: last };
    if (wasSet(value)) taken.push(value);
    last = value.key;
  }
  return { taken, next: undefined };
}
