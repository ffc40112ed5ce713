import { Injectable } from '@nestjs/common';
import { CursorQueryDto, type Page } from '../paging/index.js';
import { now } from '../time/time.js';
import { validate } from '../validation/index.js';
import { InjectTable, Table, type List, type RowsByKey } from '../database/index.js';
import { PreferenceKeyDto, SetPreferenceDto } from './dto/preference.request.js';
import { toPreference, type PreferenceDto } from './dto/preference.response.js';
import { PreferenceEntity } from './preference.entity.js';

/** The topic of writes to preferences. */
export const PREFERENCES_TOPIC = 'preferences';

/** The rows of a page: more would block the event loop for too long. */
const MAX_PAGE_ROWS = 1000;

const BY_KEY: List<PreferenceEntity> = { name: 'preferences', sortBy: 'key', order: 'ASC' };

/** The preferences of the owner. Invalid input rejects with `validation_failed`. */
@Injectable()
export class PreferencesService {
  constructor(@InjectTable(PreferenceEntity) private readonly preferences: Table<PreferenceEntity>) {}

  /** @returns `null` where the key was never set. */
  async getPreference(key: string): Promise<PreferenceDto | null> {
    return this.preferences.get(validate(PreferenceKeyDto, { key }).key, toPreference);
  }

  /** Those of some preferences that are set. */
  getPreferences(keys: readonly string[]): Promise<RowsByKey<string, PreferenceDto>> {
    return this.preferences.some(keys, toPreference);
  }

  /** Inserts or updates a preference; resolves once it is on disk. */
  async setPreference(key: string, value: string | number | boolean): Promise<PreferenceDto> {
    const row = {
      ...validate(PreferenceKeyDto, { key }),
      ...validate(SetPreferenceDto, { value }),
      updatedAt: now(),
    };
    await this.preferences.upsert(row);
    return toPreference(row);
  }

  /** All preferences, by key. */
  async getAllPreferences(): Promise<PreferenceDto[]> {
    return this.preferences.all(BY_KEY, {}, toPreference);
  }

  /** One page of the preferences, by key: all of them, unless there are more than 1000 or 4 MB. */
  async findPreferences(input: CursorQueryDto = {}): Promise<Page<PreferenceDto>> {
    const query = { limit: MAX_PAGE_ROWS, ...validate(CursorQueryDto, input) };
    return this.preferences.page(BY_KEY, query, toPreference);
  }

  /** @returns false where the key was never set. */
  async deletePreference(key: string): Promise<boolean> {
    return this.preferences.delete(validate(PreferenceKeyDto, { key }).key);
  }
}
