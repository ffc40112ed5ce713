import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import {
  CursorQueryDto,
  answerPage,
  readThrough,
  scopeOf,
  type Page,
  type Part,
  type Slice,
} from '../paging/index.js';
import { now } from '../time/time.js';
import { validate } from '../validation/index.js';
import { Database, READER, readKeySlice, upsertRow } from '../database/index.js';
import { PreferenceKeyDto, SetPreferenceDto } from './dto/preference.request.js';
import { toPreference, type PreferenceDto } from './dto/preference.response.js';
import { PreferenceEntity } from './preference.entity.js';

/** The topic of all that is written here. */
export const PREFERENCES = 'preferences';

/** More rows would take too long to be read at once. */
const MOST_ON_A_PAGE = 1000;

/** What the owner prefers. Bad input rejects with `validation_failed`. */
@Injectable()
export class PreferencesService {
  constructor(
    @InjectRepository(PreferenceEntity, READER) private readonly preferences: Repository<PreferenceEntity>,
    private readonly database: Database,
  ) {}

  /** @returns `null` where the key was never set. */
  async getPreference(key: string): Promise<PreferenceDto | null> {
    const wanted = validate(PreferenceKeyDto, { key });
    const row = await this.database.read(() => this.preferences.findOneBy({ key: wanted.key }));
    return row && toPreference(row);
  }

  /** Sets a key, for the first time or again; resolves once it is on disk. */
  async setPreference(key: string, value: string | number | boolean): Promise<PreferenceDto> {
    const row = {
      ...validate(PreferenceKeyDto, { key }),
      ...validate(SetPreferenceDto, { value }),
      updatedAt: now(),
    };
    await upsertRow(this.database, PreferenceEntity, row, PREFERENCES);
    return toPreference(row);
  }

  /** All preferences, by key. */
  async getAllPreferences(): Promise<PreferenceDto[]> {
    return this.database.read(() => readThrough(this.slices, toPreference));
  }

  /** One page of the preferences, by key: all of them, unless they are more than 1000 or 4 MB. */
  async findPreferences(input: CursorQueryDto = {}): Promise<Page<PreferenceDto>> {
    const { cursor } = validate(CursorQueryDto, input);
    const request = { limit: MOST_ON_A_PAGE, cursor, scope: scopeOf(PREFERENCES) };
    return answerPage(this.database, request, this.slices, toPreference);
  }

  /** @returns false where the key was never set. */
  async deletePreference(key: string): Promise<boolean> {
    const wanted = validate(PreferenceKeyDto, { key });
    const { affected } = await this.database.write(
      (manager) => manager.delete(PreferenceEntity, { key: wanted.key }),
      PREFERENCES,
      { allowOnFullDisk: true },
    );
    return Boolean(affected);
  }

  private readonly slices = (part: Part): Promise<Slice<PreferenceEntity>> =>
    readKeySlice(this.preferences, part);
}
