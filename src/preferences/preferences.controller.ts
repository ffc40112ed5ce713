import { Body, Delete, Get, Param, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { wrapPage, wrap, required, requireDeleted } from '../http/endpoint/envelopes.js';
import { Conditional, ConditionalAnswers, type SerializedAnswer } from '../http/etags/conditional.js';
import { MAX_MEMORY_BODY_BYTES } from '../http/body/index.js';
import { BODY_PROBLEMS, Endpoint, READ_PROBLEMS, WRITE_PROBLEMS } from '../http/endpoint/endpoint.js';
import { MemoryController } from '../http/endpoint/memory-controller.js';
import { PageQueryDto } from '../paging/index.js';
import { OPERATORS, READERS, WRITERS } from '../auth/roles.js';
import { PreferenceKeyDto, SetPreferenceDto } from './dto/preference.request.js';
import { PreferenceAnswer, PreferencesAnswer } from './dto/preference.response.js';
import { PreferencesQueryDto } from './history/preference-history.request.js';
import { PreferenceHistoryAnswer } from './history/preference-history.response.js';
import { PreferenceHistoryService } from './history/preference-history.service.js';
import { PREFERENCES_TOPIC, PreferencesService } from './preferences.service.js';

@MemoryController('preferences')
export class PreferencesController {
  constructor(
    private readonly preferences: PreferencesService,
    private readonly history: PreferenceHistoryService,
    private readonly answers: ConditionalAnswers,
  ) {}

  @Get()
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List all preferences, by key, as they are or as they were',
    description:
      'All of them, unless they are more than 1000 or 4 MB: then `nextCursor` leads on. With `at`: those that there were at ' +
      'that moment, with the values that they had.',
    answer: PreferencesAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed'],
  })
  list(
    @Query() { at, ...query }: PreferencesQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<PreferencesAnswer> | undefined> {
    return this.answers.respond(response, PREFERENCES_TOPIC, (signal) =>
      wrapPage(
        'preferences',
        at === undefined
          ? this.preferences.findPreferences(query)
          : this.history.findPreferencesAt({ at, ...query }, signal),
      ),
    );
  }

  @Get(':key')
  @Conditional()
  @Endpoint({
    roles: READERS,
    summary: 'Get one preference',
    answer: PreferenceAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found'],
  })
  get(
    @Param() { key }: PreferenceKeyDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<PreferenceAnswer> | undefined> {
    return this.answers.respond(response, PREFERENCES_TOPIC, () =>
      wrap('preference', this.preferences.getPreference(key)),
    );
  }

  @Get(':key/history')
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List the values that a preference had, newest first',
    description: 'Also those of one that was deleted, which is a change itself.',
    answer: PreferenceHistoryAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found'],
  })
  listHistory(
    @Param() { key }: PreferenceKeyDto,
    @Query() query: PageQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<PreferenceHistoryAnswer> | undefined> {
    return this.answers.respond(response, PREFERENCES_TOPIC, () =>
      wrapPage('history', required('preference', this.history.findChanges(key, query))),
    );
  }

  @Put(':key')
  @Endpoint({
    body: MAX_MEMORY_BODY_BYTES,
    roles: WRITERS,
    summary: 'Set a preference, for the first time or again',
    answer: PreferenceAnswer,
    problems: BODY_PROBLEMS,
  })
  set(@Param() { key }: PreferenceKeyDto, @Body() { value }: SetPreferenceDto): Promise<PreferenceAnswer> {
    return wrap('preference', this.preferences.setPreference(key, value));
  }

  @Delete(':key')
  @Endpoint({
    roles: OPERATORS,
    summary: 'Delete a preference',
    status: 204,
    problems: [...WRITE_PROBLEMS, 'validation_failed', 'not_found'],
  })
  delete(@Param() { key }: PreferenceKeyDto): Promise<void> {
    return requireDeleted('preference', this.preferences.deletePreference(key));
  }
}
